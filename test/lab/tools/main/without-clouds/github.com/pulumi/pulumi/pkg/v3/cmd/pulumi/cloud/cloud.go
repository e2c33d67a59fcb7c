// Package cloud stands in for a cloud that the lab does not have.
package cloud

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/pkg/v3/backend/httpstate/client"
	"github.com/spf13/cobra"
)

var errNoCloud = errors.New("the lab's Pulumi was built without clouds")

type APIError struct {
	ExitCode int
	Silent   bool
}

func (*APIError) Error() string { return errNoCloud.Error() }

type ResolvedContext struct {
	Client   *client.Client
	OrgName  string
	LoggedIn bool
}

func ResolveContext(context.Context) (*ResolvedContext, error) { return nil, errNoCloud }

func NewAPICmd() *cobra.Command {
	return &cobra.Command{Use: "api", RunE: func(*cobra.Command, []string) error { return errNoCloud }}
}
