package web_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/directory"
)

// Who may open what: the routes by the letters of those who may.
//
//   - without a session   * everybody who is logged in
//     a agent  s supervisor  q QA  t any other role of tickets  n analyst  m administrator
var matrix = map[string]string{
	"POST /api/session":          "-*",
	"GET /api/session":           "*",
	"DELETE /api/session":        "-*",
	"POST /api/session/password": "*",

	"GET /api/desk":            "a",
	"POST /api/desk/sign-in":   "a",
	"POST /api/desk/sip":       "a",
	"POST /api/desk/sign-out":  "a",
	"POST /api/desk/ready":     "a",
	"POST /api/desk/not-ready": "a",
	"POST /api/desk/hangup":    "a",
	"POST /api/desk/wrap-up":   "a",

	"GET /api/calls":                "asq",
	"GET /api/calls/{id}":           "asq",
	"GET /api/calls/{id}/caller":    "asq",
	"POST /api/calls/{id}/reveal":   "asq",
	"GET /api/calls/{id}/recording": "asq",
	"GET /api/calls/{id}/waveform":  "asq",

	"GET /api/tickets":                        "asqt",
	"POST /api/tickets":                       "asqt",
	"GET /api/tickets/{id}":                   "asqt",
	"PUT /api/tickets/{id}":                   "asqt",
	"DELETE /api/tickets/{id}":                "asqt",
	"POST /api/tickets/{id}/actions/{action}": "asqt",
	"POST /api/tickets/{id}/reveal":           "asqt",

	"GET /api/board":       "snm",
	"GET /api/board/trend": "snm",

	"GET /api/categories": "*",
	"GET /api/regions":    "*",
	"GET /api/people":     "*",
	"GET /api/live":       "*",

	"GET /sip": "a",
}

var letters = map[directory.Role]string{
	directory.Agent: "a", directory.Supervisor: "s", directory.QA: "q", directory.Analyst: "n", directory.Administrator: "m",
	directory.Reviewer: "t", directory.Dispatcher: "t", directory.Handler: "t", directory.Approver: "t",
	directory.FollowUp: "t", directory.Coordinator: "t",
	directory.KnowledgeEditor: "", directory.KnowledgeReviewer: "", directory.Auditor: "",
}

func TestEveryRouteLetsInWhomTheMatrixNames(t *testing.T) {
	h := open(t)
	for route := range matrix {
		method, path, _ := strings.Cut(route, " ")
		status := outcome(h.browser(), method, path)
		if (status == http.StatusUnauthorized) == strings.Contains(matrix[route], "-") {
			t.Errorf("%s without a session: %d", route, status)
		}
	}
	for i, r := range directory.Roles {
		letter, known := letters[r.Role]
		if !known {
			t.Errorf("the role %s is not in the matrix", r.Role)
		}
		number := "77" + string(rune('a'+i))
		person := directory.Person{Number: number, Name: r.Name, Site: string(changsha), Roles: []directory.Role{r.Role}, Active: true}
		if err := h.people.AddPerson(t.Context(), "9001", person, password, time.Now()); err != nil {
			t.Fatal(err)
		}
		b := h.logIn(number)
		for route, who := range matrix {
			method, path, _ := strings.Cut(route, " ")
			if path == "/api/session" {
				continue // changes who asks; see session_test.go
			}
			status := outcome(b, method, path)
			may := strings.Contains(who, "*") || letter != "" && strings.Contains(who, letter)
			if status == http.StatusUnauthorized || (status == http.StatusForbidden) == may {
				t.Errorf("%s as %s: %d, may: %v", route, r.Role, status, may)
			}
		}
	}
}

// outcome sends a request that could not succeed for want of sense, and tells
// how it is answered.
func outcome(b *browser, method, path string) int {
	path = strings.NewReplacer("{id}", "01900000-0000-7000-8000-000000000000", "{action}", "dance").Replace(path)
	var body any
	if method == "POST" || method == "PUT" {
		body = obj{"surprise": true}
	}
	answer := b.ask(method, path, body)
	if answer.StatusCode >= http.StatusInternalServerError {
		b.h.t.Errorf("%s %s: %s", method, path, answer.Status)
	}
	return answer.StatusCode
}

func TestDescriptionListsEveryRouteOfTheMatrix(t *testing.T) {
	h := open(t)
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Summary     string
			Permission  string `json:"x-permission"`
			Responses   map[string]json.RawMessage
			Parameters  []struct{ Name, In string }
		}
		Components struct{ Schemas map[string]json.RawMessage }
	}
	b := h.browser()
	raw := b.ask("GET", "/openapi.json", nil)
	if err := json.NewDecoder(raw.Body).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %q", doc.OpenAPI)
	}
	var described []string
	ids := map[string]string{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			route := strings.ToUpper(method) + " " + path
			described = append(described, route)
			if op.OperationID == "" || op.Summary == "" || len(op.Responses) == 0 {
				t.Errorf("%s is described poorly: %+v", route, op)
			}
			if other, twice := ids[op.OperationID]; twice {
				t.Errorf("%s and %s are both called %s", route, other, op.OperationID)
			}
			ids[op.OperationID] = route
			for part := range strings.SplitSeq(path, "/") {
				if name, ok := strings.CutPrefix(part, "{"); ok && !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool {
					return p.In == "path" && p.Name == strings.TrimSuffix(name, "}")
				}) {
					t.Errorf("%s does not describe %s", route, part)
				}
			}
		}
	}
	var expected []string
	for route := range matrix {
		if strings.Contains(route, " /api/") {
			expected = append(expected, route)
		}
	}
	slices.Sort(described)
	slices.Sort(expected)
	if !slices.Equal(described, expected) {
		t.Errorf("described:\n%s\nin the matrix:\n%s", strings.Join(described, "\n"), strings.Join(expected, "\n"))
	}
	whole, err := json.Marshal(doc.Components.Schemas)
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range references(string(whole)) {
		if doc.Components.Schemas[ref] == nil {
			t.Errorf("the schema %s is missing", ref)
		}
	}
	again := h.browser().ask("GET", "/openapi.yaml", nil)
	if again.StatusCode != http.StatusOK {
		t.Errorf("/openapi.yaml: %s", again.Status)
	}
}

func references(doc string) []string {
	var found []string
	for _, part := range strings.Split(doc, `"$ref":"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		found = append(found, name)
	}
	return found
}
