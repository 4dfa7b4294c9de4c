package main

import (
	"fmt"
	"time"
)

// writeComparison sets our processor time beside app_queue's.
func (r results) writeComparison(p *page) {
	c := r.compare
	if c == nil {
		return
	}
	p.head(p.pick("CPU per 1,000 calls", "每千次呼叫的 CPU 时间"), p.pick("yihaotong + Asterisk", "一号通 + Asterisk"),
		p.pick("Asterisk's app_queue", "Asterisk 自带 app_queue"), p.pick("ratio", "比值"))
	seconds := func(w work, who ...party) (time.Duration, string) {
		var sum time.Duration
		for _, party := range who {
			sum += perThousand(w.cpu[party], w.calls)
		}
		return sum, fmt.Sprintf("%.1f s", sum.Seconds())
	}
	row := func(name string, mine, theirs []party) {
		a, left := seconds(c.ours, mine...)
		b, right := seconds(c.queues, theirs...)
		ratio := "—"
		if len(theirs) == 0 {
			right = "—"
		} else if b > 0 {
			ratio = fmt.Sprintf("%.2f", float64(a)/float64(b))
		}
		p.row(name, left, right, ratio)
	}
	row("Asterisk", []party{asterisk}, []party{asterisk})
	row("yihaotong", []party{ours}, nil)
	row(p.pick("**Asterisk + yihaotong**", "**Asterisk + 一号通**"), []party{asterisk, ours}, []party{asterisk})
	row("PostgreSQL + Redis", []party{database, redisDB}, nil)
	row(p.pick("everything together", "合计"), []party{asterisk, ours, database, redisDB}, []party{asterisk})
	count := func(w work) string { return fmt.Sprintf("%d / %d / %d", w.answered, w.recordings, w.failed) }
	p.row(p.pick("answered / recorded / failed", "接通 / 录音 / 失败"), count(c.ours), count(c.queues), "")
	p.row(p.pick("mean length of a recording", "录音平均时长"), fmt.Sprintf("%.2f s", c.ours.recorded), fmt.Sprintf("%.2f s", c.queues.recorded), "")
	p.say("\nThe same %d callers at %g per second in the same run with the same phones: greeting of %.1f s, queue, agent who has been idle longest, talk, stereo recording, hang-up by the caller. From the first INVITE until all is at rest. Ours does more in it: journal, call records, live state, sealing of the recordings in the vault; app_queue leaves a raw file and a line of text.",
		"\n同一次运行、同样的 %d 个主叫（每秒 %g 个）与座席话机：%.1f 秒欢迎语、排队、最久空闲座席接听、通话、双声道录音、主叫挂机；自首个 INVITE 起至全部处理完毕止。一号通在此期间还写入日志、通话记录与实时状态，并将录音加密入库；app_queue 只留下原始录音文件和一行文本日志。",
		c.load.calls, c.load.rate, r.greets.Seconds())
	p.say("", "")
}

// writeKnee tells what rate was sustained and what broke the next.
func (r results) writeKnee(p *page) {
	if len(r.knee) == 0 {
		return
	}
	p.head(p.pick("New calls per second", "每秒新呼叫"), p.pick("calls", "呼叫数"), "INVITE → 200, p99", p.pick("queue → agent answered, p99", "入队 → 座席接听 p99"),
		p.pick("failed", "失败"), p.pick("CPU yihaotong", "一号通 CPU"), p.pick("CPU Asterisk", "Asterisk CPU"), p.pick("CPU load generator", "压测工具 CPU"), p.pick("verdict", "结论"))
	held := 0.0
	var broke *step
	for i, s := range r.knee {
		word := p.pick("held", "通过")
		if s.broke != (why{}) {
			word, broke = s.broke[p.lang], &r.knee[i]
		} else {
			held = s.rate
		}
		p.row(fmt.Sprintf("%g", s.rate), fmt.Sprint(s.calls), ms(s.answer.p99), ms(s.found.p99), fmt.Sprint(max(s.failed, s.unanswered)),
			ofCore(s.cpu[ours], s.wall), ofCore(s.cpu[asterisk], s.wall), ofCore(s.cpu[peers], s.wall), word)
	}
	if broke != nil {
		p.say("\n**%g calls per second sustained** through the whole path (flow → queue → agent → bridge → recording → hang-up → record in PostgreSQL, recording in the vault); %g broke.",
			"\n全流程（语音导航 → 排队 → 座席 → 接通 → 录音 → 挂机 → 记录写入 PostgreSQL、录音入库）**可持续每秒 %g 个呼叫**；每秒 %g 个时未通过。", held, broke.rate)
	} else {
		p.say("\n**%g calls per second sustained** through the whole path (flow → queue → agent → bridge → recording → hang-up → record in PostgreSQL, recording in the vault); more was not tried.",
			"\n全流程（语音导航 → 排队 → 座席 → 接通 → 录音 → 挂机 → 记录写入 PostgreSQL、录音入库）**可持续每秒 %g 个呼叫**；未测试更高速率。", held)
	}
	p.say("Every call lasts %.1f s from its answer, %.0f s of them a talk. A rate holds when fewer than %.0f %% of the calls fail, no recording is missing, and p99 stays within %s to the answer and %s from queue to agent.",
		"每个呼叫自应答起 %.1f 秒，其中通话约 %.0f 秒。判定标准：失败率低于 %.0f %%，录音无缺失，应答 p99 不超过 %s，入队至座席接听 p99 不超过 %s。", (r.greets + shortTalk).Seconds(), shortTalk.Seconds(), 100*failedBelow, ms(answerWithin), ms(foundWithin))
	p.say("", "")
}
