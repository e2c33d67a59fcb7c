// Package awskms stands in for a cloud that the lab does not have.
package awskms
