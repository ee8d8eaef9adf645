// One report that was sent before, by its id in the address: what it says, what became of it, and
// what can be done about it.

import { useEffect, useState } from 'preact/hooks'
import type { OpenedReport } from '../../shown/report.ts'
import { setAddress } from '../../state/address.ts'
import { mayUse } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { reporting, sentReports } from '../../state/report.ts'
import { correctOpened, openedReport } from '../../state/reports/opened-report.ts'
import { useAsking } from '../../state/resource.ts'
import { hidesTexts } from '../../upkeep/reports/opened-report.ts'
import { categoryWords, countryWords } from '../../words/code-names.ts'
import { timeWords, windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { Field } from '../parts/form.tsx'
import { viewTitleId } from '../parts/view-page.tsx'
import { outcomeWords } from './outcome-words.ts'
import { Withdrawal } from './withdrawal.tsx'

/** While its outcome may still change, ms. */
const askEveryMs = 10_000

/** What was sent from this page stands in the list below the form. */
export function Opened() {
  const id = currentItem.value
  if (id === null || sentReports.value.some(({ answer }) => answer.reportId === id)) return null
  return (
    <section class="record is-good" aria-label={words.report.opened}>
      <h3>{words.report.sentAs(id)}</h3>
      {mayUse('reports:read') ? (
        <Read key={id} id={id} />
      ) : (
        <p class="soft">{words.report.mayNotRead}</p>
      )}
      {mayUse('reports:read') ? null : <Withdrawal id={id} />}
      <p>
        <button type="button" onClick={() => openItem(null)}>
          {words.report.startAnother}
        </button>
      </p>
    </section>
  )
}

function Read({ id }: { readonly id: string }) {
  useEffect(() => openedReport.forget, [id])
  useAsking(openedReport.load, askEveryMs, [id])
  const { body, failure } = openedReport.state.value
  const isMissing = failure !== null && failure !== 'unreachable' && failure.status === 404
  if (isMissing) return <p role="alert">{words.report.openedNotFound}</p>
  return (
    <>
      <Failure failure={failure} />
      {body === null ? (
        failure === null ? (
          <p role="status">{words.views.asking}</p>
        ) : null
      ) : (
        <Told opened={body} />
      )}
    </>
  )
}

function Told({ opened }: { readonly opened: OpenedReport }) {
  const told = words.report
  const { reportId, revision, withdrawn, report, alerts } = opened
  return (
    <>
      {report === null ? null : (
        <p>
          {categoryWords(report.category)}, {windowWords(report.occurred)} ·{' '}
          <bdi>
            {[
              report.place.name ?? '',
              report.place.country === null ? '' : countryWords(report.place.country)
            ]
              .filter(part => part !== '')
              .join(', ')}
          </bdi>{' '}
          <span class="soft">
            <bdi>{told.openedAs(report.sourceId, revision)}</bdi>
          </span>
        </p>
      )}
      {withdrawn === null ? (
        <p role="status">{outcomeWords(opened)}</p>
      ) : (
        <p role="status">
          {told.withdrawnAt(timeWords(withdrawn.at))} <bdi>{withdrawn.reason}</bdi>
        </p>
      )}
      {alerts.length === 0 ? null : (
        <ul class="buttons">
          {alerts.map(({ alertId, headline }) => (
            <li key={alertId}>
              <button
                type="button"
                class="as-link"
                onClick={() =>
                  setAddress({ alert: alertId, view: null, item: null }, { push: true })
                }
              >
                <bdi>{headline ?? words.subscriptions.openAlert}</bdi>
              </button>
            </li>
          ))}
        </ul>
      )}
      {withdrawn === null ? (
        <>
          {hidesTexts(opened) ? <p class="soft">{told.hidesTexts}</p> : null}
          <p>
            <button
              type="button"
              disabled={reporting.state.value.kind === 'asking'}
              onClick={correct}
            >
              {told.correct}
              <span class="visually-hidden"> {told.sentAs(reportId)}</span>
            </button>
          </p>
          <Withdrawal id={reportId} />
        </>
      ) : null}
    </>
  )
}

function correct(): void {
  correctOpened()
  document.getElementById(viewTitleId)?.focus()
}

/** For who has the id of a report from somewhere else. */
export function OpenById() {
  const told = words.report
  const [typed, setTyped] = useState('')
  const submit = (event: Event) => {
    event.preventDefault()
    const id = typed.trim().toLowerCase()
    if (id === '') return
    openItem(id)
    setTyped('')
    document.getElementById(viewTitleId)?.focus()
  }
  return (
    <form class="open-by-id" onSubmit={submit}>
      <Field label={told.openById} hint={told.openByIdHint}>
        {attributes => (
          <input
            {...attributes}
            autocomplete="off"
            value={typed}
            onInput={event => setTyped(event.currentTarget.value)}
          />
        )}
      </Field>
      <p class="buttons">
        <button type="submit">{told.open}</button>
      </p>
    </form>
  )
}
