// What was typed about something that is not there any more: it stays to be copied until whoever
// typed it drops it.

import { words } from '../../words/words.ts'

/** `texts`: what was typed; if empty, draws no section. */
export function GoneWords({
  texts,
  onDrop
}: {
  readonly texts: readonly string[]
  readonly onDrop: () => void
}) {
  if (texts.length === 0) return null
  return (
    <section class="kept-words">
      <label class="choice wide">
        <span>{words.stray.notSent}</span>
        <textarea
          readOnly
          rows={4}
          value={texts.join('\n')}
          onFocus={event => event.currentTarget.select()}
        />
      </label>
      <button type="button" onClick={onDrop}>
        {words.stray.drop}
      </button>
    </section>
  )
}

interface GoneProps {
  /** The message that it is gone. */
  readonly text: string
  /** The body that would be sent; null: no text was typed. */
  readonly typed: object | null
  readonly onDrop: () => void
}

/** A record that somebody else deleted, maybe while it was being changed here. */
export function GoneRecord({ text, typed, onDrop }: GoneProps) {
  return (
    <div>
      <p role="alert">{text}</p>
      <GoneWords texts={typed === null ? [] : [JSON.stringify(typed, null, 2)]} onDrop={onDrop} />
    </div>
  )
}
