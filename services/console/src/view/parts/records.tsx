// Parts of lists of things that are managed: a state as shape and word, and named facts.

import type { ComponentChildren } from 'preact'

export type Level = 'good' | 'warn' | 'bad' | 'unknown'
const levelMarks: Readonly<Record<Level, string>> = {
  good: '●',
  warn: '◐',
  bad: '✕',
  unknown: '○'
}

/** A state: never by colour alone. */
export function Mark({ level, text }: { readonly level: Level; readonly text: string }) {
  return (
    <span class={`mark ${level}`}>
      <span aria-hidden="true">{levelMarks[level]}</span> {text}
    </span>
  )
}

type NamedFact = readonly [name: string, content: ComponentChildren, isLong?: boolean]

/** Named facts; empty ones are omitted. A long one has its own line. */
export function Facts({ of }: { readonly of: readonly (NamedFact | null)[] }) {
  const told = of.filter(each => each !== null && each[1] !== null && each[1] !== undefined)
  return (
    <dl class="facts-row">
      {(told as readonly NamedFact[]).map(([name, content, isLong = false]) => (
        <div key={name} class={isLong ? 'is-long' : undefined}>
          <dt>{name}</dt>
          <dd>
            <bdi>{content}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}
