// One entry of the quarantine: its bytes, and a mended report in their place.

import { useEffect, useLayoutEffect } from 'preact/hooks'
import { quarantine } from '../../http/quarantine.ts'
import type { QuarantineEntry } from '../../shown/answers.ts'
import { openItem } from '../../state/current-view.ts'
import {
  beginMending,
  dismissing,
  entry,
  mended,
  mending,
  sendMended
} from '../../state/quarantine.ts'
import { readTyped } from '../../upkeep/typed-data.ts'
import { words } from '../../words/words.ts'
import { Excerpt } from '../parts/excerpt.tsx'
import { Failure } from '../parts/failure.tsx'
import { ActsWait, AskFirst, Field, Outcome } from '../parts/form.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { EntryFacts, SettledMark, titleOf } from './entry-facts.tsx'

const incidentsTopic = 'incidents'

export function OneEntry() {
  const told = words.quarantine
  useEffect(() => {
    dismissing.forget()
    void entry.load()
    return entry.forget
  }, [])
  const { body, failure } = entry.state.value
  const isGone = failure !== null && failure !== 'unreachable' && failure.status === 404
  return (
    <ViewPage title={body === null ? words.views.names.quarantine : titleOf(body)}>
      <p>
        <button type="button" onClick={() => openItem(null)}>
          {told.back}
        </button>
      </p>
      {isGone ? <p role="alert">{told.gone}</p> : <Failure failure={failure} />}
      {body === null ? (
        isGone ? null : (
          <p role="status">{words.views.asking}</p>
        )
      ) : (
        <Whole held={body} />
      )}
    </ViewPage>
  )
}

function Whole({ held }: { readonly held: QuarantineEntry }) {
  const told = words.quarantine
  const { content, settled, topic } = held
  const isReport = topic.includes(incidentsTopic)
  const dismiss = async () => {
    const done = await dismissing.send(
      () => quarantine.dismiss(held.id),
      () => told.dismissed
    )
    if (done !== null) await entry.load()
  }
  return (
    <>
      <section class={`record ${settled === null ? 'is-warn' : ''}`}>
        <p>
          <SettledMark entry={held} />
        </p>
        <EntryFacts entry={held} />
        {settled !== null ? null : (
          <p class="buttons">
            <AskFirst
              label={told.dismiss}
              question={told.dismissAsk}
              yes={told.dismissYes}
              onYes={dismiss}
              disabled={!dismissing.canSend.value}
            />
            <ActsWait by={dismissing} />
            <Outcome state={dismissing.state.value} />
          </p>
        )}
      </section>
      <section class="record">
        <h3>{told.content}</h3>
        {content === undefined ? (
          <p>{told.hidden}</p>
        ) : content.text === null ? (
          <>
            <p>{told.binary}</p>
            <Excerpt text={content.base64} />
          </>
        ) : (
          <Excerpt text={content.text} />
        )}
      </section>
      <Outcome state={mending.state.value} />
      {settled === null ? null : <TypedSince id={held.id} />}
      {settled !== null ? null : isReport ? <Mend held={held} /> : <p>{told.notAReport(topic)}</p>}
    </>
  )
}

/** It was settled while somebody typed: here, or by another. */
function TypedSince({ id }: { readonly id: string }) {
  const told = words.quarantine
  const { typed, clear } = mended
  if (typed.value.id !== id || typed.value.text === '') return null
  return (
    <section class="record is-warn">
      <p>{told.typedSince}</p>
      <Excerpt text={typed.value.text} />
      <p class="buttons">
        <button type="button" onClick={clear}>
          {told.dropTyped}
        </button>
      </p>
    </section>
  )
}

function Mend({ held }: { readonly held: QuarantineEntry }) {
  const told = words.quarantine
  // Before anybody can type: a later start would take it away.
  useLayoutEffect(() => beginMending(held), [held])
  const { text } = mended.typed.value
  const read = readTyped(text)
  const isRefused = read.kind === 'faults'
  const first = isRefused ? read.faults[0] : undefined
  const send = (event: Event) => {
    event.preventDefault()
    if (read.kind === 'value') void sendMended(read.value)
  }
  return (
    <form class="fields" onSubmit={send} aria-label={told.mend}>
      <h3>{told.mend}</h3>
      <p class="soft">{told.mendHow}</p>
      <Field
        label={told.mendLabel}
        fault={
          first === undefined
            ? undefined
            : words.views.faultAt(first.line, first.column, first.detail)
        }
      >
        {attributes => (
          <textarea
            {...attributes}
            class="code"
            rows={18}
            spellcheck={false}
            value={text}
            onInput={event => mended.change({ text: event.currentTarget.value })}
          />
        )}
      </Field>
      <p class="buttons">
        <button
          type="submit"
          class="primary"
          disabled={isRefused || !mending.canSend.value || mending.state.value.kind === 'asking'}
        >
          {told.go}
        </button>
        <ActsWait by={mending} />
      </p>
    </form>
  )
}
