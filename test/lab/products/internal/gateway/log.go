package gateway

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

var levels = map[string]int{"debug": 0, "info": 1, "warn": 2, "error": 3}

// logger writes one JSON object per line: timestamp, level, service, message.
type logger struct {
	mutex   sync.Mutex
	out     io.Writer
	level   int
	service string
}

func newLogger(out io.Writer, level, service string) *logger {
	least, known := levels[level]
	if !known {
		least = levels["info"]
	}
	return &logger{out: out, level: least, service: service}
}

func (l *logger) write(level, format string, values ...any) {
	if levels[level] < l.level {
		return
	}
	line, _ := json.Marshal(struct {
		Timestamp string `json:"timestamp"`
		Level     string `json:"level"`
		Service   string `json:"service"`
		Message   string `json:"message"`
	}{now(), level, l.service, fmt.Sprintf(format, values...)})
	l.mutex.Lock()
	defer l.mutex.Unlock()
	_, _ = l.out.Write(append(line, '\n'))
}

func (l *logger) debug(format string, values ...any) { l.write("debug", format, values...) }
func (l *logger) info(format string, values ...any)  { l.write("info", format, values...) }
func (l *logger) warn(format string, values ...any)  { l.write("warn", format, values...) }
func (l *logger) error(format string, values ...any) { l.write("error", format, values...) }

// now is the time as JavaScript's toISOString writes it.
func now() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000Z") }
