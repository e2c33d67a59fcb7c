// Package gcpkms stands in for a cloud that the lab does not have.
package gcpkms

import (
	"context"
	"errors"
	"net/url"

	"gocloud.dev/secrets"
)

const Scheme = "gcpkms"

var errNoCloud = errors.New("the lab's Pulumi was built without clouds")

func Dial(context.Context, any) (any, func(), error) { return nil, nil, errNoCloud }

type URLOpener struct{ Client any }

func (*URLOpener) OpenKeeperURL(context.Context, *url.URL) (*secrets.Keeper, error) {
	return nil, errNoCloud
}
