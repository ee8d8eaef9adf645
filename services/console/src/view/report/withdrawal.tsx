// Takes a report back, for a reason.

import {
  beginWithdrawal,
  sendWithdrawal,
  withdrawal,
  withdrawing,
  withdrawnHere,
  withdrawnLast
} from '../../state/reports/opened-report.ts'
import { words } from '../../words/words.ts'
import { Field, faultIn, Outcome, takeFocus, useOpener } from '../parts/form.tsx'

export function Withdrawal({ id }: { readonly id: string }) {
  const told = words.report
  const state = withdrawing.state.value
  const isOver = withdrawnHere.value.has(id)
  const { typed, change, drop } = withdrawal
  const { of, reason } = typed.value
  const opener = useOpener(of === id && !isOver)
  const submit = (event: Event) => {
    event.preventDefault()
    void sendWithdrawal()
  }
  return (
    <>
      {isOver ? null : of !== id ? (
        <p>
          <button type="button" ref={opener} onClick={() => beginWithdrawal(id)}>
            {told.withdraw}
            <span class="visually-hidden"> {told.sentAs(id)}</span>
          </button>
        </p>
      ) : (
        <form class="withdrawal" ref={takeFocus} onSubmit={submit} aria-label={told.withdraw}>
          <Field
            label={told.withdrawReason}
            hint={told.withdrawHint}
            fault={faultIn(state, 'reason')}
          >
            {attributes => (
              <input
                {...attributes}
                required
                maxLength={1_000}
                autocomplete="off"
                value={reason}
                onInput={event => change({ reason: event.currentTarget.value })}
              />
            )}
          </Field>
          <p class="buttons">
            <button type="submit" class="danger" disabled={state.kind === 'asking'}>
              {told.withdrawSend}
            </button>
            <button type="button" disabled={state.kind === 'asking'} onClick={() => drop(id)}>
              {told.withdrawNot}
            </button>
          </p>
        </form>
      )}
      {withdrawnLast.value === id ? <Outcome state={state} /> : null}
    </>
  )
}
