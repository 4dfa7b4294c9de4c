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

	"GET /api/desk":                 "as",
	"GET /api/desk/targets":         "as",
	"POST /api/desk/sign-in":        "as",
	"POST /api/desk/sip":            "as",
	"POST /api/desk/sign-out":       "as",
	"POST /api/desk/ready":          "as",
	"POST /api/desk/not-ready":      "as",
	"POST /api/desk/wrap-up":        "as",
	"POST /api/desk/hangup":         "as",
	"POST /api/desk/hold":           "as",
	"POST /api/desk/retrieve":       "as",
	"POST /api/desk/mute":           "as",
	"POST /api/desk/unmute":         "as",
	"POST /api/desk/mask":           "as",
	"POST /api/desk/unmask":         "as",
	"POST /api/desk/swap":           "as",
	"POST /api/desk/complete":       "as",
	"POST /api/desk/conference":     "as",
	"POST /api/desk/leave":          "as",
	"POST /api/desk/cancel-consult": "as",
	"POST /api/desk/rate":           "as",
	"POST /api/desk/keys":           "as",
	"POST /api/desk/consult":        "as",
	"POST /api/desk/transfer":       "as",
	"POST /api/desk/drop":           "as",
	"POST /api/desk/refer":          "as",
	"POST /api/desk/dial":           "as",

	"POST /api/seats/{agent}/listen":    "sm",
	"POST /api/seats/{agent}/take-over": "sm",
	"POST /api/seats/{agent}/ready":     "sm",
	"POST /api/seats/{agent}/not-ready": "sm",
	"POST /api/seats/{agent}/sign-out":  "sm",
	"GET /api/seats/{agent}/skills":     "sm",
	"PUT /api/seats/{agent}/skills":     "sm",
	"POST /api/waiting/{call}/move":     "sm",

	"GET /api/calls":                "asq",
	"GET /api/calls/{id}":           "asq",
	"GET /api/calls/{id}/story":     "asq",
	"GET /api/calls/{id}/caller":    "asq",
	"POST /api/calls/{id}/reveal":   "asq",
	"GET /api/calls/{id}/recording": "asq",
	"GET /api/calls/{id}/waveform":  "asq",

	"GET /api/recordings":               "sq",
	"GET /api/recordings/retention":     "m",
	"PUT /api/recordings/retention":     "m",
	"GET /api/recordings/{id}":          "sq",
	"GET /api/recordings/{id}/download": "s",
	"POST /api/recordings/{id}/hold":    "s",
	"POST /api/recordings/{id}/release": "s",

	"GET /api/quality/inspections":               "sq",
	"POST /api/quality/inspections":              "sq",
	"GET /api/quality/inspections/{id}":          "sq",
	"PUT /api/quality/inspections/{id}":          "sq",
	"POST /api/quality/inspections/{id}/publish": "sq",
	"POST /api/quality/inspections/{id}/assign":  "s",
	"POST /api/quality/inspections/{id}/void":    "s",
	"POST /api/quality/inspections/{id}/settle":  "sq",
	"GET /api/quality/inspectors":                "sq",
	"GET /api/quality/sheets":                    "sq",
	"POST /api/quality/sheets":                   "s",
	"GET /api/quality/plans":                     "sq",
	"POST /api/quality/plans":                    "s",
	"PUT /api/quality/plans/{id}":                "s",
	"POST /api/quality/plans/{id}/preview":       "sq",
	"POST /api/quality/plans/{id}/draw":          "s",
	"GET /api/quality/figures":                   "sq",
	"GET /api/quality/export":                    "sq",
	"GET /api/quality/mine":                      "as",
	"GET /api/quality/mine/{id}":                 "as",
	"POST /api/quality/mine/{id}/appeal":         "as",

	"GET /api/tickets":                        "asqt",
	"POST /api/tickets":                       "asqt",
	"GET /api/tickets/{id}":                   "asqt",
	"PUT /api/tickets/{id}":                   "asqt",
	"DELETE /api/tickets/{id}":                "asqt",
	"POST /api/tickets/{id}/actions/{action}": "asqt",
	"POST /api/tickets/{id}/reveal":           "asqt",

	"GET /api/board":       "snm",
	"GET /api/board/trend": "snm",

	"GET /api/alarms":                   "sm",
	"GET /api/alarms/history":           "sm",
	"POST /api/alarms/{id}/acknowledge": "sm",
	"GET /api/alarms/rules":             "sm",
	"POST /api/alarms/rules":            "sm",
	"PUT /api/alarms/rules/{id}":        "sm",
	"DELETE /api/alarms/rules/{id}":     "sm",
	"POST /api/broadcast":               "sm",
	"DELETE /api/broadcast/{id}":        "sm",
	"GET /api/broadcasts":               "*",

	"GET /api/tasks":                  "asm",
	"GET /api/tasks/count":            "asm",
	"GET /api/tasks/{id}":             "asm",
	"POST /api/tasks/{id}/take":       "asm",
	"POST /api/tasks/{id}/release":    "asm",
	"POST /api/tasks/{id}/done":       "asm",
	"POST /api/tasks/{id}/drop":       "asm",
	"POST /api/tasks/{id}/note":       "asm",
	"POST /api/tasks/{id}/transcript": "asm",
	"POST /api/tasks/{id}/transcribe": "asm",
	"POST /api/tasks/{id}/reveal":     "asm",
	"POST /api/tasks/{id}/assign":     "sm",
	"POST /api/tasks/assign":          "sm",
	"GET /api/tasks/settings":         "sm",
	"PUT /api/tasks/settings":         "sm",

	"GET /api/guard":                      "m",
	"PUT /api/guard":                      "m",
	"GET /api/guard/versions":             "m",
	"POST /api/guard/lock":                "m",
	"POST /api/guard/unlock":              "m",
	"POST /api/guard/try":                 "m",
	"GET /api/guard/events":               "m",
	"GET /api/contacts":                   "m",
	"PUT /api/contacts/{code}":            "m",
	"POST /api/contacts/{code}/retire":    "m",
	"GET /api/contacts/{code}/history":    "m",
	"POST /api/contacts/usual":            "m",
	"GET /api/contacts/referrals":         "m",
	"GET /api/people/mobiles":             "m",
	"PUT /api/people/{number}/mobile":     "m",
	"GET /api/lists/{list}":               "sm",
	"POST /api/lists/{list}":              "sm",
	"PUT /api/lists/entries/{id}":         "sm",
	"POST /api/lists/entries/{id}/end":    "sm",
	"POST /api/lists/entries/{id}/reveal": "sm",

	"GET /api/roster/shifts":               "sm",
	"PUT /api/roster/shifts/{code}":        "sm",
	"PUT /api/roster/rules":                "sm",
	"GET /api/roster/week":                 "sm",
	"GET /api/roster/days/{person}/{date}": "sm",
	"PUT /api/roster/days/{person}/{date}": "sm",
	"POST /api/roster/swap":                "sm",
	"POST /api/roster/copy":                "sm",
	"POST /api/roster/import":              "sm",
	"GET /api/roster/now":                  "snm",
	"GET /api/roster/attendance":           "sm",
	"GET /api/roster/month":                "sm",
	"GET /api/roster/export":               "sm",
	"GET /api/roster/month/export":         "sm",
	"GET /api/desk/breaks":                 "as",

	"GET /api/staffing":        "snm",
	"POST /api/staffing/plan":  "snm",
	"GET /api/staffing/export": "snm",

	"GET /api/categories": "*",
	"GET /api/regions":    "*",
	"GET /api/people":     "*",
	"GET /api/live":       "*",

	"GET /sip": "as",
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
	path = strings.NewReplacer("{id}", "01900000-0000-7000-8000-000000000000", "{call}", "01900000-0000-7000-8000-000000000000", "{agent}", "1001", "{action}", "dance").Replace(path)
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
