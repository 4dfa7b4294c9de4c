package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// readFlows returns the flows that come with the program and those of the
// operator, *.yaml in dir, which replace the former by name. What is wrong
// with a file is an error that names file, line and reason; the others are
// returned all the same.
func readFlows(dir string) (map[string]*dialplan.Flow, error) {
	flows, err := dialplan.Builtin()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return flows, fmt.Errorf("look for flows: %w", err)
	}
	var wrong []error
	for _, file := range files {
		flow, err := readFlow(file)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		flows[flow.Name] = flow
	}
	return flows, errors.Join(wrong...)
}

func readFlow(file string) (*dialplan.Flow, error) {
	src, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("read flow: %w", err)
	}
	return dialplan.Parse(file, src)
}

// missingQueues lists the queues a flow leads to that a site does not have.
func missingQueues(f *dialplan.Flow, queues map[orchestrator.QueueID]orchestrator.Queue) []string {
	return slices.DeleteFunc(f.Queues(), func(name string) bool {
		_, ok := queues[orchestrator.QueueID(name)]
		return ok
	})
}

func flowCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "flow", Short: "What callers are led through"}
	cmd.AddCommand(&cobra.Command{
		Use:   "check FILE...",
		Short: "Check flows before they are used; tells file, line and reason of every mistake",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			var wrong []string
			for _, file := range files {
				flow, err := readFlow(file)
				if err != nil {
					wrong = append(wrong, err.Error())
					continue
				}
				cmd.Printf("%s: flow %q is fine; it leads to the queues %s\n", file, flow.Name, strings.Join(flow.Queues(), ", "))
				if contacts := flow.Contacts(); len(contacts) > 0 {
					cmd.Printf("%s: where a site does not have the contacts %s, it goes on with `otherwise`\n",
						file, strings.Join(contacts, ", "))
				}
			}
			if len(wrong) > 0 {
				return errors.New(strings.Join(wrong, "\n"))
			}
			return nil
		},
	})
	return cmd
}
