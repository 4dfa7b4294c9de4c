package ticketing

import (
	"regexp"
	"slices"
	"time"
)

// clean returns the fields as they can be kept, and what about them cannot be
// kept: too long, or no value of its list. It asks for nothing: a draft may be
// as empty as it likes.
func (f Fields) clean(c codes) (Fields, []FieldProblem) {
	var p problems
	f.Channel, f.Urgency = or(f.Channel, Phone), or(f.Urgency, Normal)
	f.Category = line(f.Category)
	f.Tags, f.Knowledge = p.list("tags", f.Tags), p.list("knowledge", f.Knowledge)
	f.Title, f.Content, f.Demand = line(f.Title), paragraphs(f.Content), paragraphs(f.Demand)
	f.TypedReply = paragraphs(f.TypedReply)
	p.atMost("category", f.Category, maxShort)
	p.atMost("title", f.Title, maxTitle)
	p.atMost("content", f.Content, maxLong)
	p.atMost("demand", f.Demand, maxDemand)
	p.atMost("reply.public", f.TypedReply, maxLong)
	f.Caller = f.Caller.clean(&p)
	f.Subject = f.Subject.clean(&p)
	if _, ok := c.types[f.BusinessType]; f.BusinessType != "" && !ok {
		p.add("businessType", "没有这种业务类型，请重新选择。", "There is no such business type. Please choose again.")
	}
	if _, ok := c.channels[f.Channel]; !ok {
		p.add("channel", "没有这种受理渠道，请重新选择。", "There is no such channel. Please choose again.")
	}
	if !slices.Contains([]Urgency{Normal, Urgent, Critical}, f.Urgency) {
		p.add("urgency", "紧急程度只能是普通、紧急或特急。", "Urgency is normal, urgent or critical.")
	}
	return f, p
}

func (c Caller) clean(p *problems) Caller {
	c.Name, c.ContactNumber, c.Language = line(c.Name), telephone(c.ContactNumber), line(c.Language)
	p.atMost("caller.name", c.Name, maxName)
	p.atMost("caller.contactNumber", c.ContactNumber, maxNumber)
	p.atMost("caller.language", c.Language, maxName)
	if !slices.Contains([]Sex{"", Male, Female}, c.Sex) {
		p.add("caller.sex", "性别只能是男、女或不填。", "Sex is male, female or empty.")
	}
	return c
}

func (s Subject) clean(p *problems) Subject {
	s.Unit, s.Plate, s.Line = line(s.Unit), line(s.Plate), line(s.Line)
	s.Region, s.Address = line(s.Region), line(s.Address)
	p.atMost("subject.unit", s.Unit, maxShort)
	p.atMost("subject.plate", s.Plate, maxShort)
	p.atMost("subject.line", s.Line, maxShort)
	p.atMost("subject.region", s.Region, maxShort)
	p.atMost("subject.address", s.Address, maxAddress)
	if s.Time != nil {
		t := s.Time.UTC().Truncate(time.Microsecond) // what Postgres keeps
		s.Time = &t
		if t.Year() < 1900 || t.Year() > 9999 {
			p.add("subject.time", "发生时间不正确，请核对。", "The time is not possible. Please check it.")
		}
	}
	if (s.Longitude == nil) != (s.Latitude == nil) || !within(s.Longitude, 180) || !within(s.Latitude, 90) {
		p.add("subject.longitude", "经纬度须成对填写，且在有效范围内。", "Longitude and latitude come together and within their range.")
	}
	return s
}

// within reports whether a coordinate, if given, is a number in ±limit.
func within(x *float64, limit float64) bool { return x == nil || *x >= -limit && *x <= limit }

func or[T ~string](s, otherwise T) T {
	if s == "" {
		return otherwise
	}
	return s
}

// reachable are telephone numbers as people write them.
var reachable = regexp.MustCompile(`^\+?[0-9 ()/-]{5,}(转[0-9]+)?$`)

// missing says what must still be filled in before the ticket can be
// registered. Whether the category exists is checked at registration only.
func (c codes) missing(t Ticket) []FieldProblem {
	var p problems
	if t.BusinessType == "" {
		p.needs("businessType", "请选择业务类型。", "Please choose the business type.")
	}
	if t.Category == "" {
		p.needs("category", "请选择业务分类。", "Please choose the category.")
	}
	if blank(t.Content) {
		p.needs("content", "请填写来电人反映的内容。", "Please write down what the caller says.")
	}
	s := t.Subject
	if c.types[t.BusinessType].NeedsSubject && blank(s.Unit) && blank(s.Plate) && blank(s.Line) && blank(s.Address) {
		p.needs("subject.unit", "投诉举报须写明对象：单位或人员、车牌号、线路、发生地点，至少一项。",
			"A complaint needs its object: unit or person, plate, line or place, at least one.")
	}
	number := t.Caller.ContactNumber
	switch {
	case !blank(number) && !reachable.MatchString(number):
		p.add("caller.contactNumber", "联系电话不正确，请核对。", "This is not a telephone number. Please check it.")
	case blank(number) && numberKey(t.CallerNumber) == "" && !t.Caller.Anonymous:
		p.needs("caller.contactNumber", "没有来电号码，请填写联系电话；来电人不愿留电话的，请勾选“匿名”。",
			"The caller's number is not known: please fill in a contact number, or mark the caller as anonymous.")
	}
	return p
}
