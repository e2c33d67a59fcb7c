package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// pace of the events of a stream.
const pace = 100 * time.Millisecond

// eventsAsked is how many events a caller wants as a stream: as many as its limit of tokens, 0 where it wants the answer in one piece.
func eventsAsked(request *http.Request) int {
	var said struct {
		Stream    bool `json:"stream"`
		MaxTokens int  `json:"max_tokens"`
	}
	if json.NewDecoder(request.Body).Decode(&said) != nil || !said.Stream {
		return 0
	}
	return max(said.MaxTokens, 1)
}

// stream sends server-sent events as a provider does, one at a time, the last one says that it is whole.
func stream(out http.ResponseWriter, request *http.Request, events int) {
	out.Header().Set("Content-Type", "text/event-stream")
	out.WriteHeader(http.StatusOK)
	flush := http.NewResponseController(out).Flush
	for event := range events {
		_, _ = fmt.Fprintf(out, "event: content_block_delta\ndata: {\"index\":%d}\n\n", event)
		if flush() != nil {
			return
		}
		select {
		case <-request.Context().Done():
			return
		case <-time.After(pace):
		}
	}
	_, _ = fmt.Fprint(out, "event: message_stop\ndata: {}\n\n")
}
