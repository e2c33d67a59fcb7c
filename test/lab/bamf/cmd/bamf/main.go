// Command bamf is every program of the stand-in product: the first argument says which.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"lab/bamf/internal/agent"
	"lab/bamf/internal/api"
	"lab/bamf/internal/bridge"
	"lab/bamf/internal/client"
	"lab/bamf/internal/pages"
)

const usage = "usage: bamf api | bridge | agent [--config FILE] | proxy | web | client [flags] | echo ADDRESS | login REDIS EMAIL ROLE,..."

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, usage)
		return 2
	}
	switch args[0] {
	case "api":
		return api.Main()
	case "bridge":
		return bridge.Main()
	case "agent":
		return agent.Main(args[1:])
	case "proxy":
		return pages.Proxy()
	case "web":
		return pages.Web()
	case "client":
		return client.Main(args[1:])
	case "echo":
		return pages.Echo(args[1:])
	case "login":
		return login(args[1:])
	}
	fmt.Fprintln(os.Stderr, usage)
	return 2
}

// login makes a login session and prints its token.
func login(args []string) int {
	if len(args) != 3 {
		fmt.Fprintln(os.Stderr, usage)
		return 2
	}
	token, err := client.Login(context.Background(), args[0], args[1], strings.Split(args[2], ","))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(token)
	return 0
}
