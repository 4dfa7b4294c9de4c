package directory

import "slices"

// Role is what a person may do. One person may have several.
type Role string

// The roles.
const (
	Agent             Role = "agent"              // 座席
	Supervisor        Role = "supervisor"         // 班长
	Reviewer          Role = "reviewer"           // 审核员
	Dispatcher        Role = "dispatcher"         // 派单员
	Handler           Role = "handler"            // 承办人
	Approver          Role = "approver"           // 审批人
	FollowUp          Role = "followup"           // 回访员
	QA                Role = "qa"                 // 质检员
	KnowledgeEditor   Role = "knowledge_editor"   // 知识采编
	KnowledgeReviewer Role = "knowledge_reviewer" // 知识审核
	Coordinator       Role = "coordinator"        // 上级协调
	Analyst           Role = "analyst"            // 统计分析, read only
	Administrator     Role = "administrator"      // 系统管理员
	Auditor           Role = "auditor"            // 安全审计员, never an administrator too
)

// Roles lists all roles with their Chinese names, in the order shown to people.
var Roles = []struct {
	Role Role
	Name string
}{
	{Agent, "座席"},
	{Supervisor, "班长"},
	{Reviewer, "审核员"},
	{Dispatcher, "派单员"},
	{Handler, "承办人"},
	{Approver, "审批人"},
	{FollowUp, "回访员"},
	{QA, "质检员"},
	{KnowledgeEditor, "知识采编员"},
	{KnowledgeReviewer, "知识审核员"},
	{Coordinator, "协调员"},
	{Analyst, "统计分析员"},
	{Administrator, "系统管理员"},
	{Auditor, "安全审计员"},
}

// Has reports whether the person has at least one of the roles.
func (p Person) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(p.Roles, r) })
}

// May reports whether the person is active, has at least one of the roles and
// works for the site. A person of no site works for every one.
func (p Person) May(site string, roles ...Role) bool {
	return p.Active && (p.Site == "" || p.Site == site) && p.Has(roles...)
}
