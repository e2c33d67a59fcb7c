// Package authhelpers stands in for a cloud that the lab does not have.
package authhelpers

import (
	"context"
	"errors"

	"gocloud.dev/blob"
)

type Credentials struct{ TokenSource any }

var errNoCloud = errors.New("the lab's Pulumi was built without clouds")

func ResolveGoogleCredentials(context.Context, string) (*Credentials, error) {
	return nil, errNoCloud
}

func GoogleCredentialsMux(context.Context) (*blob.URLMux, error) { return nil, errNoCloud }
