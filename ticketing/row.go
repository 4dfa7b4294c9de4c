package ticketing

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// columns and scan belong together: scan reads what columns selects, in this
// order. The table is called t in every query.
const columns = `
	t.id, coalesce(t.number, ''), t.site, t.state, t.rev,
	coalesce(t.root::text, ''), coalesce(t.parent::text, ''), t.origin_system, t.origin_number,
	coalesce(t.business_type, ''), t.category, t.category_version, t.channel, t.urgency, t.tags, t.knowledge,
	t.title, t.content, t.demand, t.typed_reply, t.attachments,
	t.caller_name, t.caller_sex, t.caller_language, t.contact_number, t.anonymous, t.confidential, t.caller_number,
	t.subject_unit, t.subject_plate, t.subject_line, t.subject_time, t.subject_region, t.subject_address, t.longitude, t.latitude,
	t.instant, t.step, t.organisation, t.person, coalesce(t.asked, ''), coalesce(t.asked_from, ''),
	t.sign_by, t.contact_by, t.reply_by, t.finish_by, t.follow_up_by, t.first_finish_by,
	t.extended, t.returned, t.redone, t.urged, t.supervised,
	t.reply, t.public_reply, t.valid, t.invalid_reason, t.rating_agent, t.rating_unit, t.rating_result,
	t.owner, t.accepted_at, t.accepted_by, t.created_at, t.changed_at, t.changed_by,
	ARRAY(SELECT call_id FROM ticketing.ticket_call c WHERE c.ticket_id = t.id ORDER BY linked_at, call_id)`

func scan(row pgx.CollectableRow) (Ticket, error) {
	var t Ticket
	var reply *Reply
	var public string
	f, c, s, d := &t.Fields, &t.Caller, &t.Subject, &t.Deadlines
	err := row.Scan(
		&t.ID, &t.Number, &t.Site, &t.State, &t.Rev,
		&t.Root, &t.Parent, &t.OriginSystem, &t.OriginNumber,
		&f.BusinessType, &f.Category, &t.CategoryVersion, &f.Channel, &f.Urgency, &f.Tags, &f.Knowledge,
		&f.Title, &f.Content, &f.Demand, &f.TypedReply, &t.Attachments,
		&c.Name, &c.Sex, &c.Language, &c.ContactNumber, &c.Anonymous, &c.Confidential, &t.CallerNumber,
		&s.Unit, &s.Plate, &s.Line, &s.Time, &s.Region, &s.Address, &s.Longitude, &s.Latitude,
		&t.Instant, &t.Work.Step, &t.Work.Organisation, &t.Work.Person, &t.Work.Asked, &t.Work.AskedFrom,
		&d.Sign, &d.Contact, &d.Reply, &d.Finish, &d.FollowUp, &d.FirstFinish,
		&t.Counts.Extended, &t.Counts.Returned, &t.Counts.Redone, &t.Counts.Urged, &t.Counts.Supervised,
		&reply, &public, &t.Valid, &t.InvalidReason, &t.Ratings.Agent, &t.Ratings.Unit, &t.Ratings.Result,
		&t.Owner, &t.AcceptedAt, &t.AcceptedBy, &t.CreatedAt, &t.ChangedAt, &t.ChangedBy,
		&t.Calls)
	if public != "" && reply == nil {
		reply = &Reply{}
	}
	if reply != nil {
		reply.Public = public
		t.Reply = reply
	}
	for _, at := range []*time.Time{&t.CreatedAt, &t.ChangedAt, t.AcceptedAt, s.Time, d.Sign, d.Contact, d.Reply, d.Finish, d.FollowUp, d.FirstFinish} {
		if at != nil {
			*at = at.UTC()
		}
	}
	return t, err
}

func (s *Store) query(ctx context.Context, sql string, args ...any) ([]Ticket, error) {
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// fieldArgs are the named arguments of what a person fills in.
func fieldArgs(f Fields) pgx.NamedArgs {
	return pgx.NamedArgs{
		"business_type": null(string(f.BusinessType)), "category": f.Category, "channel": f.Channel, "urgency": f.Urgency,
		"tags": f.Tags, "knowledge": f.Knowledge, "title": f.Title, "content": f.Content, "demand": f.Demand, "typed_reply": f.TypedReply,
		"caller_name": f.Caller.Name, "caller_sex": f.Caller.Sex, "caller_language": f.Caller.Language,
		"contact_number": f.Caller.ContactNumber, "contact_key": numberKey(f.Caller.ContactNumber),
		"anonymous": f.Caller.Anonymous, "confidential": f.Caller.Confidential,
		"subject_unit": f.Subject.Unit, "subject_plate": f.Subject.Plate, "subject_line": f.Subject.Line,
		"subject_time": f.Subject.Time, "subject_region": f.Subject.Region, "subject_address": f.Subject.Address,
		"longitude": f.Subject.Longitude, "latitude": f.Subject.Latitude,
	}
}

// replyJSON is the structured part of a reply, nil for none.
func replyJSON(r *Reply) (*string, error) {
	if r.empty() {
		return nil, nil
	}
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write a reply as JSON: %w", err)
	}
	s := string(b)
	return &s, nil
}

// null turns the empty string into the NULL of the database.
func null(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
