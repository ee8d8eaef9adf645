// The views of the console: the main ones as a row of links, the others in a menu; on a narrow
// screen a row at the foot of the page.

import { mayReport, type ViewName } from '../../shown/console-views.ts'
import { caller } from '../../state/console-state.ts'
import { currentView, openViews } from '../../state/current-view.ts'
import { reportPath } from '../../state/language.ts'
import { words } from '../../words/words.ts'
import { isMapShown } from '../map/map-shown.tsx'
import { Icon } from '../parts/icon.tsx'
import { Menu } from '../parts/menu.tsx'
import { ViewLink } from '../parts/view-page.tsx'

const main: readonly ViewName[] = ['alerts', 'area', 'hand-over', 'watches', 'sources', 'rules']
/** What gives way first in a bar that is too narrow for all. */
const isLesser = (name: ViewName): boolean => main.indexOf(name) > 2

function NamedView({ name, class: kind }: { readonly name: ViewName; readonly class?: string }) {
  return (
    <ViewLink to={name} class={kind} aria-current={name === currentView.value ? 'page' : undefined}>
      {words.views.names[name]}
    </ViewLink>
  )
}

export function ViewSwitch() {
  const open = openViews.value
  const canReport = mayReport(caller.value?.scopes ?? [])
  if (open.length < 2 && !canReport) return null
  const current = currentView.value
  const isElsewhere = !main.includes(current)
  return (
    <nav class="views" aria-label={words.views.title}>
      {main
        .filter(name => open.includes(name))
        .map(name => (
          <NamedView key={name} name={name} {...(isLesser(name) ? { class: 'is-lesser' } : {})} />
        ))}
      <Menu
        class={`more-views ${isElsewhere ? 'is-current' : ''}`}
        label={
          <>
            {isElsewhere ? <span class="cut">{words.views.names[current]}</span> : ''}{' '}
            <Icon name="more" />
            <span class="visually-hidden">{words.views.more}</span>
          </>
        }
      >
        {open
          .filter(name => name !== 'alerts')
          .map(name => (
            // Views of the bar are listed here if the bar is too narrow.
            <NamedView
              key={name}
              name={name}
              {...(main.includes(name)
                ? { class: `in-bar ${isLesser(name) ? 'is-lesser' : ''}` }
                : {})}
            />
          ))}
        {canReport ? <a href={reportPath()}>{words.views.report}</a> : null}
      </Menu>
    </nav>
  )
}

export function FootSwitch() {
  const open = openViews.value
  const current = currentView.value
  if (!open.includes('alerts')) return null
  const isOnMap = current === 'alerts' && isMapShown.value
  const { views } = words
  const links = [
    ['alerts', { map: null, alert: null }, 'list', views.names.alerts, !isOnMap],
    ['alerts', { map: 'yes', alert: null }, 'map', views.map, isOnMap],
    ['hand-over', {}, 'sheet', views.shift, true]
  ] as const
  return (
    <nav class="foot-switch" aria-label={views.footTitle}>
      {links
        .filter(([name]) => open.includes(name))
        .map(([name, members, icon, label, isThis]) => (
          <ViewLink
            key={icon}
            to={name}
            members={members}
            aria-current={name === current && isThis ? 'page' : undefined}
          >
            <Icon name={icon} />
            {label}
          </ViewLink>
        ))}
      <Menu
        label={
          <>
            <Icon name="more" />
            {views.moreShort}
          </>
        }
      >
        {open
          .filter(name => name !== 'alerts' && name !== 'hand-over')
          .map(name => (
            <NamedView key={name} name={name} />
          ))}
        {mayReport(caller.value?.scopes ?? []) ? <a href={reportPath()}>{views.report}</a> : null}
      </Menu>
    </nav>
  )
}
