// What is listed as a file, for a spreadsheet or a map.

import { exportFormats, exportPath } from '../../queue/queue-filter.ts'
import { filter } from '../../state/console-state.ts'
import { words } from '../../words/words.ts'
import { notExported } from './filter-words.ts'

export function ExportLinks() {
  const now = filter.value
  const told = words.queueWork.files
  const left = notExported(now)
  return (
    <p class="export-links">
      <span>{told.title}</span>{' '}
      {exportFormats.map(format => (
        <a key={format} href={exportPath(now, format)} download={`alerts.${format}`}>
          {told.formats[format]}
        </a>
      ))}
      {left.length === 0 ? null : <span class="soft"> {told.without(left.join(' · '))}</span>}
    </p>
  )
}
