import { ref, type Ref } from 'vue'
import { api } from '../api/api'
import { asProblem, type Problem } from '../api/problem'
import type { ActionOffer, Ticket } from '../api/types'
import type { Draft } from '../drafts/draft'

/** The carrying-out of a ticket's actions. */
export interface Acting {
  /** What the server refused, by field. */
  errors: Ref<Record<string, string>>
  problem: Ref<Problem | null>
  /** The action under way. */
  doing: Ref<string>
  act(offer: ActionOffer): Promise<Ticket | null>
}

/** Stores the draft first, then does the action on exactly what was stored. */
export function useActing(draft: () => Draft): Acting {
  const errors = ref<Record<string, string>>({})
  const problem = ref<Problem | null>(null)
  const doing = ref('')

  async function act(offer: ActionOffer): Promise<Ticket | null> {
    if (doing.value) return null
    const d = draft()
    doing.value = offer.action
    errors.value = {}
    problem.value = null
    try {
      if (!(await d.save()) || !d.state.ticket) return null
      const { id, rev } = d.state.ticket
      const ticket = await api.act(id, offer.action, { rev, ...(offer.action === 'instant_reply' ? { reply: d.state.fields.reply } : {}) })
      d.adopt(ticket)
      return ticket
    } catch (thrown) {
      const p = asProblem(thrown)
      errors.value = Object.fromEntries(p.errors.map((e) => [e.location, e.message]))
      problem.value = p
      return null
    } finally {
      doing.value = ''
    }
  }
  return { errors, problem, doing, act }
}
