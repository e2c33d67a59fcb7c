// Command product is the one binary behind every stand-in image of the lab: a gateway, its migration
// runner, the REST service in front of its database, a load generator and the small programs images need.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"lab/products/internal/gateway"
	"lab/products/internal/load"
	"lab/products/internal/migrate"
	"lab/products/internal/supabase"
	"lab/products/internal/tini"
)

// Every program takes its arguments and returns its exit code.
var programs = map[string]func(args []string) int{
	"gateway":  gateway.Main,
	"migrate":  migrate.Main,
	"supabase": supabase.Main,
	"load":     load.Main,
	"pause":    tini.Pause,
	"tini":     tini.Main,
}

func main() {
	// As busybox does: a link named after a program is that program.
	if program, ok := programs[filepath.Base(os.Args[0])]; ok {
		os.Exit(program(os.Args[1:]))
	}
	if len(os.Args) > 1 {
		if program, ok := programs[os.Args[1]]; ok {
			os.Exit(program(os.Args[2:]))
		}
	}
	fmt.Fprintln(os.Stderr, "usage: product gateway|migrate|supabase|load|pause|tini [arguments]")
	os.Exit(2)
}
