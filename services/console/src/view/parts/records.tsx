// Parts of lists of things that are managed: a state as shape and word, and a named fact.

import type { ComponentChildren } from 'preact'

export type Level = 'good' | 'warn' | 'bad' | 'unknown'
export const levelMarks: Readonly<Record<Level, string>> = { good: '●', warn: '◐', bad: '✕', unknown: '○' }

/** A state: never by colour alone. */
export function Mark({ level, text }: { readonly level: Level; readonly text: string }) {
  return (
    <span class={`mark ${level}`}>
      <span aria-hidden="true">{levelMarks[level]}</span> {text}
    </span>
  )
}

export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
