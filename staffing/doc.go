// Package staffing tells how many seats and trunks a hotline needs 排班测算. It
// is arithmetic and nothing else: no clock, no database, no randomness that a
// seed does not repeat.
//
// From the arrivals of each half hour and the mean handling time follows the
// offered load in Erlang; from the load and a target, as 80 % within 10 s, the
// seats by Erlang C (callers wait as long as it takes) or Erlang A (they give
// up when their patience ends), and the trunks by Erlang B (who finds all lines
// taken is turned away). Simulate plays the same half hour caller by caller: it
// checks the formulas, and shows what they leave out, as talks whose length is
// not exponential.
//
// The formulas: A. K. Erlang (1917) for B and C; C. Palm (1946) for A, with the
// distribution of the wait as in Mandelbaum and Zeltyn, "Service engineering in
// action" (2007). All are computed by recursions that stay in range for
// thousands of seats, never by factorials.
//
// Everywhere, the service level is the share of all callers of the half hour
// who are answered within the time: whoever gives up counts against it, as in
// the indicator 10秒接通率.
package staffing
