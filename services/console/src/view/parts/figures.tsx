// A table of figures, which scrolls beside what stands around it.

import '../../style/figures.css'
import type { ComponentChildren } from 'preact'

interface FigureRow {
  readonly key: string
  readonly class?: string
  readonly cells: readonly ComponentChildren[]
}

interface FiguresProps {
  readonly label: string
  readonly class?: string
  /** Also seen above the table. */
  readonly isCaptioned?: boolean
  /** Headings of the columns; an empty one is not read. */
  readonly columns: readonly string[]
  /** Rows of headings, where one of `columns` is not enough. */
  readonly head?: ComponentChildren
  /** Which cell heads its row. */
  readonly headAt?: number
  readonly rows: readonly FigureRow[]
}

export function Figures(props: FiguresProps) {
  const { label, class: name = '', isCaptioned = false, columns, head, headAt = 0, rows } = props
  const heading = (text: string) =>
    text === '' ? (
      <td key={text} />
    ) : (
      <th key={text} scope="col">
        {text}
      </th>
    )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to.
    <section class={`figures ${name}`} tabIndex={0} aria-label={label}>
      <table>
        {isCaptioned ? <caption>{label}</caption> : null}
        <thead>{head ?? <tr>{columns.map(heading)}</tr>}</thead>
        <tbody>
          {rows.map(({ key, class: kind, cells }) => (
            <tr key={key} class={kind}>
              {cells.map((cell, i) =>
                i === headAt ? (
                  <th key={i} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={i} data-label={columns[i]}>
                    {cell}
                  </td>
                )
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
