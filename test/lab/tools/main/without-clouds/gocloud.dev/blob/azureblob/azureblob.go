// Package azureblob stands in for a cloud that the lab does not have.
package azureblob
