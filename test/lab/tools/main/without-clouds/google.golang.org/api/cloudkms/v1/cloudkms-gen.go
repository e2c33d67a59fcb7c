// Package cloudkms stands in for a cloud that the lab does not have.
package cloudkms

const CloudkmsScope = ""
