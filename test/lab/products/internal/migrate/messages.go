package migrate

import (
	"fmt"
	"os"
	"time"
)

const timestampShape = "2006-01-02T15:04:05Z"

func stamp() string { return time.Now().UTC().Format(timestampShape) }

func info(format string, values ...any) {
	fmt.Printf("[migrate] "+stamp()+" INFO  "+format+"\n", values...)
}

func warn(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "[migrate] "+stamp()+" WARN  "+format+"\n", values...)
}

func failed(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "[migrate] "+stamp()+" ERROR "+format+"\n", values...)
}
