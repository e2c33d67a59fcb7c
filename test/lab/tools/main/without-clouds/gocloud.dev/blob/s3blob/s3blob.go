// Package s3blob stands in for a cloud that the lab does not have.
package s3blob
