// The alert in its story: what it is part of, and what is part of it.

import { type AlertDetail, isOpen, type ShownAlert } from '../../shown/shown-alert.ts'
import { picture } from '../../state/console-state.ts'
import { words } from '../../words/words.ts'
import { SeverityMark } from '../parts/severity.tsx'
import { SuiteProse } from '../parts/suite-prose.tsx'
import { openAlert } from '../queue/queue-row.tsx'

export function Story({ alert }: { readonly alert: AlertDetail }) {
  const whole = alert.partOf === null ? undefined : picture.alerts.get(alert.partOf)
  const parts = [...picture.alerts.values()].filter(
    each => each.partOf === alert.alertId && isOpen(each)
  )
  if (whole === undefined && parts.length === 0) return null
  return (
    <section aria-label={words.alert.story}>
      <h3>{words.alert.story}</h3>
      {whole === undefined ? null : (
        <p>
          {words.alert.partOf} <Link alert={whole} />
        </p>
      )}
      {parts.length === 0 ? null : (
        <>
          <p>{words.alert.hasParts}:</p>
          <ul class="story">
            {parts.map(each => (
              <li key={each.alertId}>
                <Link alert={each} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function Link({ alert }: { readonly alert: ShownAlert }) {
  return (
    <>
      <SeverityMark severity={alert.severity} />{' '}
      <button type="button" class="as-link" onClick={() => openAlert(alert.alertId)}>
        <SuiteProse text={alert.headline} />
      </button>
    </>
  )
}
