// Actions on the selected alerts, and the outcome for each.

import { useId, useState } from 'preact/hooks'
import {
  type BulkDraft,
  type BulkResult,
  bulk,
  bulkDraft,
  formatSummary,
  isAskedTwice,
  isBulkReady,
  sendBulk
} from '../../state/bulk-acts.ts'
import { isLive, mayUse, nowMs, picture } from '../../state/console-state.ts'
import {
  listUnlisted,
  pickNone,
  queue,
  selectedMax,
  selection,
  unpick
} from '../../state/queue-state.ts'
import { dispositionWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline, AlertLink } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import { Choice, Until } from '../parts/form.tsx'

function change(members: Partial<BulkDraft>): void {
  bulkDraft.value = { ...bulkDraft.value, ...members }
}

/** Presses are ignored for so long, ms: a double press must not confirm. */
const readWithinMs = 700

export function BulkBar() {
  const { size } = selection.value
  const told = bulk.value?.kind === 'told' ? bulk.value.results : null
  if (size === 0 && told === null) return null
  return (
    <section class="bulk as-grid gap-2 scrolls" aria-label={words.queueWork.bulk.title}>
      {size === 0 ? null : <BulkForm size={size} />}
      {told === null ? null : <BulkResults results={told} />}
    </section>
  )
}

function BulkForm({ size }: { readonly size: number }) {
  const { queueWork } = words
  const { act, note, until, disposition } = bulkDraft.value
  const isAsking = bulk.value?.kind === 'asking'
  /** What the confirmation was for, and when; another number or another act needs another one. */
  const [sure, setSure] = useState<{ readonly asked: string; readonly atMs: number } | null>(null)
  /** On a narrow screen the form opens by a press: until then the rows keep the height. */
  const [isOpen, setOpen] = useState(false)
  const restId = useId()
  const asked = `${act} ${disposition} ${size}`
  const isSure = sure?.asked === asked
  const submit = (event: Event) => {
    event.preventDefault()
    if (isAskedTwice(bulkDraft.value, size) && !isSure) {
      setSure({ asked, atMs: event.timeStamp })
      return
    }
    if (isSure && event.timeStamp - sure.atMs < readWithinMs) return
    setSure(null)
    void sendBulk()
  }
  return (
    <form class={`bulk-form line ${isOpen ? 'is-open' : ''}`} onSubmit={submit}>
      <p class="bulk-count">
        <b role="status">{queueWork.selected(size)}</b>{' '}
        <Button onClick={pickNone}>{queueWork.clear}</Button>{' '}
        {size >= selectedMax ? queueWork.selectedMost(selectedMax) : null}
        <Button
          class="bulk-open"
          aria-expanded={isOpen}
          aria-controls={restId}
          onClick={() => setOpen(!isOpen)}
        >
          {queueWork.bulk.open}
        </Button>
      </p>
      <div class="bulk-rest line" id={restId}>
        <Unlisted />
        {mayUse('alerts:operate') ? (
          <>
            <Choice
              label={queueWork.bulk.act}
              value={act}
              options={Object.entries(queueWork.bulk.acts)}
              onPick={value => change({ act: value as BulkDraft['act'] })}
            />
            {act === 'acknowledgement' ? (
              <Until value={until} nowMs={nowMs.value} onPick={value => change({ until: value })} />
            ) : null}
            {act === 'resolution' ? (
              <Choice
                label={words.acts.disposition}
                value={disposition}
                options={[['', words.responses.choose], ...Object.entries(words.dispositions)]}
                onPick={value => change({ disposition: value })}
              />
            ) : null}
            <label class="choice bulk-note">
              <span class="visually-hidden">{queueWork.bulk.note}</span>
              <input
                maxLength={4000}
                value={note}
                placeholder={queueWork.bulk.note}
                onInput={event => change({ note: event.currentTarget.value })}
              />
            </label>
            {act === 'assignment' ? <p class="soft">{words.acts.assignedCalls}</p> : null}
            {isSure ? (
              <p role="alert">{queueWork.bulk.closeSure(size, dispositionWords(disposition))}</p>
            ) : null}
            <button
              type="submit"
              class="primary"
              disabled={!isLive.value || isAsking || !isBulkReady(bulkDraft.value)}
            >
              {bulk.value?.kind === 'asking'
                ? queueWork.bulk.asking(bulk.value.answered, bulk.value.all)
                : isSure
                  ? queueWork.bulk.closeAll(size)
                  : queueWork.bulk.go(queueWork.bulk.acts[act], size)}
            </button>
            {isSure ? (
              <Button onClick={() => setSure(null)}>{queueWork.bulk.closeNot}</Button>
            ) : null}
            {isLive.value ? null : <p class="soft">{words.stale.actsWait}</p>}
          </>
        ) : (
          <p class="soft">{words.acts.notAllowed}</p>
        )}
      </div>
    </form>
  )
}

const namedMax = 5

/** Names the selected alerts that the list does not show, before anybody acts on them. */
function Unlisted() {
  const { queueWork, place } = words
  const ids = listUnlisted(selection.value, queue.value.rows)
  if (ids.length === 0) return null
  return (
    <div class="bulk-unlisted">
      <p role="status">
        <b>{queueWork.unlisted(ids.length)}</b>
      </p>
      <ul>
        {ids.slice(0, namedMax).map(id => (
          <li key={id}>
            <AlertLink id={id}>
              <AlertName id={id} />
            </AlertLink>
          </li>
        ))}
        {ids.length > namedMax ? <li>{place.more(ids.length - namedMax)}</li> : null}
      </ul>
      <Button onClick={() => unpick(ids)}>{queueWork.unpickUnlisted(ids.length)}</Button>
    </div>
  )
}

const resultMarks: Readonly<Record<BulkResult['state'], string>> = {
  done: '✓',
  pending: '…',
  refused: '✕'
}

function BulkResults({ results }: { readonly results: readonly BulkResult[] }) {
  return (
    <div class="bulk-results">
      <p>
        <b>{formatSummary(results)}</b>{' '}
        <Button
          onClick={() => {
            bulk.value = null
          }}
        >
          {words.missed.dismiss}
        </Button>
      </p>
      <ul aria-label={words.queueWork.bulk.results}>
        {results.map(({ alertId, headline, state, text }) => (
          <li key={alertId} class={`is-${state}`}>
            <span aria-hidden="true">{resultMarks[state]}</span>{' '}
            <AlertLink id={alertId}>
              <bdi>{headline}</bdi>
            </AlertLink>{' '}
            {text}
          </li>
        ))}
      </ul>
    </div>
  )
}

function AlertName({ id }: { readonly id: string }) {
  const alert = picture.alerts.get(id)
  return alert === undefined ? id : <AlertHeadline alert={alert} />
}
