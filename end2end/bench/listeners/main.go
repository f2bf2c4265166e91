// Command listeners brings people into meetings who only listen, for the load bench: each has its own connection, and notes
// when a message of the chat arrives whose text begins with the moment at which it was sent.
//
// It takes a line of JSON for each, {"url": "ws://…", "token": "…"}, then an empty line, and says "inside" when all of them
// are. Every further line is answered by a list for each of them: how long every message so far took, in milliseconds.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

// One packet carries as many messages as came while the one before it was sent.
var sentAt = regexp.MustCompile(`"text":"([\d.]+) `)

// A listener is one person inside.
type listener struct {
	mutex sync.Mutex
	// How long each message took, in milliseconds.
	delays []float64
}

// note takes down the messages of a packet, which the client hands over on a goroutine of its own.
func (l *listener) note(packet lksdk.DataPacket, _ lksdk.DataReceiveParams) {
	now := float64(time.Now().UnixMicro()) / 1_000
	data, ok := packet.(*lksdk.UserDataPacket)
	if !ok {
		return
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, match := range sentAt.FindAllSubmatch(data.Payload, -1) {
		if sent, err := strconv.ParseFloat(string(match[1]), 64); err == nil {
			l.delays = append(l.delays, now-sent)
		}
	}
}

func (l *listener) soFar() []float64 {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return append([]float64{}, l.delays...)
}

// join brings somebody in who asks for nobody's media.
func join(asked []byte) (*listener, error) {
	var details struct{ URL, Token string }
	if err := json.Unmarshal(asked, &details); err != nil {
		return nil, err
	}
	l := &listener{}
	callback := &lksdk.RoomCallback{ParticipantCallback: lksdk.ParticipantCallback{OnDataPacket: l.note}}
	_, err := lksdk.ConnectToRoomWithToken(details.URL, details.Token, callback, lksdk.WithAutoSubscribe(false))
	return l, err
}

func main() {
	// What it tells of its connections would bury the figures.
	lksdk.SetLogger(logger.GetDiscardLogger())
	lines := bufio.NewScanner(os.Stdin)
	var listeners []*listener
	for lines.Scan() && lines.Text() != "" {
		l, err := join(lines.Bytes())
		if err != nil {
			log.Fatalf("cannot join: %v", err)
		}
		listeners = append(listeners, l)
	}
	fmt.Println("inside")
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		soFar := make([][]float64, len(listeners))
		for i, l := range listeners {
			soFar[i] = l.soFar()
		}
		if err := answers.Encode(soFar); err != nil {
			log.Fatal(err)
		}
	}
}
