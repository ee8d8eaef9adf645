// Areas with their counts; each leads to its page.

import type { AreaCount } from '../../records/incident.ts'
import { nameIn } from '../../words/code-names.ts'
import { words } from '../../words/words.ts'
import { Figures } from '../parts/figures.tsx'
import { ViewLink } from '../parts/view-link.tsx'
import { placeTitle } from './incident-tools.tsx'

interface AreaTableProps {
  readonly counts: readonly AreaCount[]
  readonly label: string
  /** The one that is open. */
  readonly own?: string
}

export function AreaTable({ counts, label, own }: AreaTableProps) {
  const { columns } = words.area
  // The country is not said again.
  const findName = (place: string) =>
    (place.slice(0, 2) === own?.slice(0, 2) ? nameIn('areas', place) : undefined) ??
    placeTitle(place)
  const most = Math.max(1, ...counts.map(({ incidents }) => incidents))
  return (
    <Figures
      class="area-table"
      label={label}
      columns={[columns.area, columns.openAlerts, columns.incidents, '']}
    >
      {counts.map(({ place, incidents, openAlerts }) => (
        <tr key={place}>
          <th scope="row">
            {place === own ? (
              <b>{findName(place)}</b>
            ) : (
              <ViewLink to="area" members={{ item: place }}>
                {findName(place)}
              </ViewLink>
            )}
          </th>
          <td>{openAlerts}</td>
          <td>{incidents}</td>
          <td aria-hidden="true">
            <progress max={most} value={incidents} />
          </td>
        </tr>
      ))}
    </Figures>
  )
}
