package main

import (
	"fmt"
	"strings"
	"time"
)

// results are all that was measured; nil: not measured in this run.
type results struct {
	machine machine
	quick   bool
	took    time.Duration
	greets  time.Duration
	times   *times
	ready   *spread
	compare *comparison
	bridged []plateau
	knee    []step
}

// language chooses the words of a report.
type language int

// The languages of the READMEs.
const (
	english language = iota
	chinese
)

// page is a report being written.
type page struct {
	strings.Builder
	lang language
}

// say writes a line in the page's language.
func (p *page) say(en, zh string, args ...any) {
	fmt.Fprintf(p, p.pick(en, zh)+"\n", args...)
}

func (p *page) pick(en, zh string) string {
	if p.lang == chinese {
		return zh
	}
	return en
}

// row writes one row of a table.
func (p *page) row(cells ...string) { fmt.Fprintf(p, "| %s |\n", strings.Join(cells, " | ")) }

// head writes the head of a table, numbers to the right.
func (p *page) head(cells ...string) {
	p.row(cells...)
	fmt.Fprintf(p, "|---%s|\n", strings.Repeat("|---:", len(cells)-1))
}

// markdown is the report for people, ready to be pasted into a README.
func (r results) markdown(lang language) string {
	p := &page{lang: lang}
	r.writeMachine(p)
	r.writeTimes(p)
	r.writeBridged(p)
	r.writeComparison(p)
	r.writeKnee(p)
	return strings.TrimSpace(p.String()) + "\n"
}

func (r results) writeMachine(p *page) {
	m := r.machine
	commit := m.commit
	if m.changed {
		commit += p.pick(" with changes", "（有未提交的改动）")
	}
	p.say("Measured on %s with `make bench` (commit %s) on %s; %s. Everything ran on this one machine over loopback, the load generator included; load average before the start %s.",
		"%s 以 `make bench` 实测（提交 %s）。机器：%s；%s。被测程序与压测工具同在这一台机器上，经环回接口通信；开始前系统负载 %s。",
		m.when.Format(time.DateOnly), commit, m.hardware(), m.versions(), m.load)
	if r.quick {
		p.say("\n**A smoke run (`--quick`): too small to mean anything.**", "\n**仅为试运行（`--quick`），样本过小，数据不作参考。**")
	}
	p.say("", "")
}

func (r results) writeTimes(p *page) {
	if r.times == nil && r.ready == nil {
		return
	}
	p.head(p.pick("Time", "时延"), p.pick("samples", "样本数"), "p50", "p99")
	if t := r.times; t != nil {
		row := func(en, zh string, s spread) { p.row(p.pick(en, zh), fmt.Sprint(s.n), ms(s.p50), ms(s.p99)) }
		row(fmt.Sprintf("INVITE sent by the caller → 200 OK received: our decision to answer, as the caller sees it (%g calls/s)", t.rate),
			fmt.Sprintf("主叫发出 INVITE → 收到 200 OK：主叫所见的应答决定（每秒 %g 个呼叫）", t.rate), t.answer)
		p.row(p.pick("of that, inside the engine: the switch's event of the arrival read → the call started (`"+decisionMetric+"`, edges of its histogram)",
			"其中引擎内部：读到交换机的呼入事件 → 呼叫开始处理（`"+decisionMetric+"`，直方图边界值）"),
			fmt.Sprint(t.decided), atMost(t.decision[0]), atMost(t.decision[1]))
		row("caller enters the queue, agents are free → an agent has answered (from the call records; the phones answer at once)",
			"主叫进入队列（有空闲座席）→ 座席接听（取自通话记录；座席话机立即应答）", t.found)
	}
	if s := r.ready; s != nil {
		p.row(p.pick("agent's “ready” sent to the API, a caller waits → INVITE at the agent's phone (goal: p50 ≤ 50 ms)",
			"座席示闲请求发出（已有主叫等待）→ 座席话机收到 INVITE（目标 p50 ≤ 50 ms）"), fmt.Sprint(s.n), ms(s.p50), ms(s.p99))
	}
	p.say("", "")
}

// megabytes writes resident memory.
func megabytes(bytes int64) string { return fmt.Sprintf("%d MB", bytes>>20) }

func (r results) writeBridged(p *page) {
	if len(r.bridged) == 0 {
		return
	}
	p.head(p.pick("Bridged and recorded at once", "同时通话并录音"),
		p.pick("CPU yihaotong", "一号通 CPU"), p.pick("CPU Asterisk", "Asterisk CPU"), p.pick("CPU PostgreSQL + Redis", "PostgreSQL + Redis CPU"),
		p.pick("CPU load generator", "压测工具 CPU"), p.pick("memory yihaotong / Asterisk", "内存 一号通 / Asterisk"),
		p.pick("legs with sound both ways", "双向有声的通道"), p.pick("packets lost", "丢包"), p.pick("dropped calls", "掉线"), p.pick("recordings kept", "录音入库"))
	for _, b := range r.bridged {
		core := func(who ...party) string {
			var sum time.Duration
			for _, w := range who {
				sum += b.cpu[w]
			}
			return ofCore(sum, b.wall)
		}
		p.row(p.pick(fmt.Sprintf("%d calls", b.calls), fmt.Sprintf("%d 路", b.calls)), core(ours), core(asterisk), core(database, redisDB), core(peers),
			megabytes(b.memory[ours])+" / "+megabytes(b.memory[asterisk]),
			fmt.Sprintf("%d / %d", b.alive, 2*b.calls), fmt.Sprintf("%.2f %%", 100*b.lost), fmt.Sprint(b.dropped), fmt.Sprintf("%d / %d", b.recordings, b.calls))
	}
	p.say("\nCPU in %% of one core while all of them talk; G.711, one stereo recording each; a leg counts when it carries at least two thirds of its packets in both directions.",
		"\nCPU 为全部呼叫通话期间占单核的百分比；G.711 编码，每个呼叫一份双声道录音；通道双向均收发到三分之二以上的包才计为有声。")
	p.say("", "")
}
