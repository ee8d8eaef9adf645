// A table of figures, which scrolls beside what stands around it.

import '../../style/figures.css'
import type { ComponentChildren } from 'preact'

interface FiguresProps {
  readonly label: string
  readonly class?: string
  /** Also seen above the table. */
  readonly isCaptioned?: boolean
  /** Headings of the columns; an empty one is not read. */
  readonly columns: readonly string[]
  /** The rows. */
  readonly children: ComponentChildren
}

export function Figures(props: FiguresProps) {
  const { label, class: name = '', isCaptioned = false, columns, children } = props
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to.
    <section class={`figures ${name}`} tabIndex={0} aria-label={label}>
      <table>
        {isCaptioned ? <caption>{label}</caption> : null}
        <thead>
          <tr>
            {columns.map(column =>
              column === '' ? (
                <td key={column} />
              ) : (
                <th key={column} scope="col">
                  {column}
                </th>
              )
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
