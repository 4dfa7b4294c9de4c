// Package cdr reads the records that Asterisk itself keeps of its channels
// (config.Options.CallRecords): when each began, was answered and ended, to the
// microsecond. They are what our own durations are reconciled with. It decides
// nothing and knows no call.
package cdr
