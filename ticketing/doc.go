// Package ticketing keeps the ticket 工单: what a caller wanted, who deals with
// it, and how it ended. A ticket is drafted while the caller talks, gets its
// number when it is registered, and from then on moves only by the actions of
// one table, each move with a line of history.
//
// The whole life of a ticket is drawn here, as the trade knows it; the same is
// in [Moves] as data, and a test compares the two. A line is read from left to
// right; a branch leaves the first state of its block; ⟲ marks actions that
// leave the ticket where it is.
//
//	draft ──submit──▶ review ──pass──▶ dispatch ──dispatch──▶ sign ──sign──▶ handling
//	  ├──submit──▶ dispatch
//	  ├──instant_reply──▶ done
//	  ├──refer──▶ archived
//	  └──cancel──▶ cancelled ──restore──▶ draft
//
//	review ──reject──▶ draft
//	  ├──not_accept──▶ approval
//	  └──mark_duplicate──▶ merged
//
//	dispatch ──split──▶ split ──children_done──▶ done
//	  ├──mark_duplicate──▶ merged
//	  ├──transfer──▶ transferred ──take_answer──▶ reply_review
//	  └──transfer──▶ approval
//
//	approval ──approve──▶ not_accepted
//	  ├──approve──▶ transferred
//	  ├──approve──▶ handling
//	  ├──refuse──▶ review
//	  ├──refuse──▶ dispatch
//	  └──refuse──▶ handling
//
//	sign ──return──▶ dispatch
//	  └──withdraw──▶ dispatch
//
//	handling ──reply──▶ reply_review ──pass_reply──▶ done
//	  ├──extend──▶ approval
//	  ├──return──▶ dispatch
//	  └──withdraw──▶ dispatch
//
//	reply_review ──reject_reply──▶ handling
//
//	done ──follow_up──▶ follow_up ──archive──▶ archived ──reopen──▶ review
//	  ├──archive──▶ archived
//	  └──reopen──▶ review
//
//	follow_up ──redo──▶ handling
//
//	review       ⟲ track, urge, supervise
//	dispatch     ⟲ track, urge, supervise
//	sign         ⟲ track, urge, supervise
//	handling     ⟲ track, urge, supervise
//	reply_review ⟲ track, urge, supervise
//	transferred  ⟲ track, urge, supervise
//	split        ⟲ track, urge, supervise
//
// What this program can already do is submit, instant_reply, refer, cancel and
// restore; see deeds. The other actions are in the table so that nothing built
// now stands in their way, and nobody is offered them. The table of a site's
// own workflow, deadlines and their clock, children, attachments and follow-up
// belong to the issue of the ticket's full life; the columns are there.
//
// An answer typed into a draft is kept with the draft (Fields.TypedReply) and
// becomes the reply only with an action that answers; see [Ticket.Answer].
//
// A move writes the ticket and its history in one statement. The row of the
// outbox that carries a ticket up to the province will be written in the same
// transaction; it comes with package exchange, and the place for it is
// Store.move.
//
// The package knows no telephone and no recording: it keeps the ids of calls,
// and whoever has the id of a call finds its record and recording elsewhere.
// It masks nothing: whoever shows a ticket does (see [Person.MayReveal] for the
// confidential ones).
package ticketing
