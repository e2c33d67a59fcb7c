// Package gcsblob stands in for a cloud that the lab does not have.
package gcsblob

const Scheme = "gs"
