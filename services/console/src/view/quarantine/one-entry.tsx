// One entry of the quarantine: its bytes, and a mended report in their place.

import { useEffect, useLayoutEffect } from 'preact/hooks'
import type { QuarantineEntry } from '../../shown/answers.ts'
import { openItem } from '../../state/current-view.ts'
import {
  beginMending,
  dismiss,
  dismissing,
  entry,
  mended,
  sendMended
} from '../../state/quarantine.ts'
import { readTyped } from '../../upkeep/typed-data.ts'
import { words } from '../../words/words.ts'
import { SentForm, TextField } from '../parts/controls.tsx'
import { EntryFacts, formatTitle, SettledMark } from '../parts/entry-list.tsx'
import { Excerpt } from '../parts/excerpt.tsx'
import { Failure } from '../parts/failure.tsx'
import { CommandButton, Outcome } from '../parts/form.tsx'
import { BackButton } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'

const incidentsTopic = 'incidents'

export function OneEntry() {
  const told = words.quarantine
  useEffect(() => void entry.load(), [])
  const { body, failure } = entry.state.value
  const isGone = failure !== null && failure !== 'unreachable' && failure.status === 404
  return (
    <ViewPage title={body === null ? words.views.names.quarantine : formatTitle(body)}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      {isGone ? <p role="alert">{told.gone}</p> : <Failure failure={failure} />}
      {body !== null ? (
        <Whole held={body} />
      ) : isGone ? null : (
        <p role="status">{words.views.asking}</p>
      )}
    </ViewPage>
  )
}

function Whole({ held }: { readonly held: QuarantineEntry }) {
  const told = words.quarantine
  const { content, settled, topic } = held
  const isReport = topic.includes(incidentsTopic)
  return (
    <>
      <section class={`record ${settled === null ? 'is-warn' : ''}`}>
        <p>
          <SettledMark entry={held} />
        </p>
        <EntryFacts entry={held} />
        {settled !== null ? null : (
          <p class="buttons">
            <CommandButton
              by={dismissing}
              words={[told.dismiss, told.dismissAsk, told.dismissYes]}
              onYes={() => void dismiss(held.id)}
            />
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
      {settled === null && isReport ? null : <Outcome state={mended.state.value} />}
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
  const first = read.kind === 'faults' ? read.faults[0] : undefined
  return (
    <SentForm
      by={mended}
      label={told.go}
      title={told.mend}
      isReady={read.kind === 'value'}
      onSend={() => {
        if (read.kind === 'value') void sendMended(read.value)
      }}
    >
      <h3>{told.mend}</h3>
      <p class="soft">{told.mendHow}</p>
      <TextField
        form={mended}
        name="text"
        told={{ text: told.mendLabel }}
        class="code"
        rows={18}
        spellcheck={false}
        fault={first && words.views.faultAt(first.line, first.column, first.detail)}
      />
    </SentForm>
  )
}
