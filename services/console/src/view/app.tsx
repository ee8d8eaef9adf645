// The whole page: sign-in, or the bar, what is wrong, and the queue next to the chosen alert.

import './load-later.ts'
import { useEffect, useRef } from 'preact/hooks'
import { address, palette } from '../state/address.ts'
import { chosenId, freshness, signedIn } from '../state/console-state.ts'
import { currentItem, currentView } from '../state/current-view.ts'
import { atOnce, politely } from '../state/notices.ts'
import { words } from '../words/words.ts'
import { isThere, LazyView } from './lazy-view.tsx'
import { isMapShown } from './map/map-shown.tsx'
import { Later } from './parts/later.tsx'
import { isTyping, viewTitleId } from './parts/view-page.tsx'
import { Queue } from './queue/queue.tsx'
import { QueueTools } from './queue/queue-tools.tsx'
import {
  BehindBanner,
  MachineClock,
  MissedList,
  Notices,
  OlderThanList,
  RestoredLog,
  StaleBanner,
  TakenAwayBanner,
  WrongClocks
} from './shell/banners.tsx'
import { Keys } from './shell/keys.tsx'
import { SignIn } from './shell/sign-in.tsx'
import { SoundBanner } from './shell/sound.tsx'
import { FootSwitch, lookIn, TopBar } from './shell/top-bar.tsx'

const queueTitleId = 'queue-title'

/** Focus goes to the heading of an opened view once it is there; not at the first load. */
function useFocusOnView(): void {
  const view = currentView.value
  const shown = isThere(view) ? `${view} ${currentItem.value ?? ''}` : null
  /** Undefined until the first view is there, null while one that was opened is not. */
  const before = useRef<string | null | undefined>(shown ?? undefined)
  useEffect(() => {
    const isFirst = before.current === undefined
    if (before.current === shown || (isFirst && shown === null)) return
    before.current = shown
    // On a busy machine somebody may be typing in the view before this runs.
    if (shown !== null && !isFirst && !isTyping())
      document.getElementById(view === 'alerts' ? queueTitleId : viewTitleId)?.focus()
  }, [view, shown])
}

export function App() {
  const look = lookIn(address.value)
  useEffect(() => {
    document.documentElement.dataset.theme = look
  }, [look])
  const who = signedIn.value
  if (who.kind === 'unknown') {
    const { why } = who
    const { begin } = words.stale
    return (
      <p class="connecting" role="status">
        {why === null
          ? words.stale.connecting
          : why === 'unreachable'
            ? begin.unreachable
            : begin.refused(why.detail)}
      </p>
    )
  }
  if (who.kind === 'none') return <SignIn {...who} />
  return <Page />
}

function Page() {
  useFocusOnView()
  const view = currentView.value
  const isAlerts = view === 'alerts'
  const isWall = isAlerts && lookIn(address.value) === 'wall'
  const hasChoice = isAlerts && chosenId.value !== null
  return (
    <div
      class={`page column is-${freshness.value.kind} ${hasChoice ? 'has-choice' : ''} ${isAlerts && !isWall && isMapShown.value ? 'has-map' : ''}`}
    >
      {isWall ? (
        <Later name="Wall" isAwaited />
      ) : (
        <>
          <a class="skip" href={`#${isAlerts ? queueTitleId : viewTitleId}`}>
            {isAlerts ? words.skipToQueue : words.views.skip}
          </a>
          <TopBar />
          <main>
            {isAlerts ? (
              <>
                {hasChoice ? null : <QueueTools />}
                <Queue />
                <Later name="Overview" />
                {chosenId.value === null ? null : <Later name="OpenAlert" isAwaited />}
              </>
            ) : (
              <LazyView name={view} />
            )}
          </main>
        </>
      )}
      <Notices>
        <StaleBanner />
        <BehindBanner />
        {isAlerts ? <OlderThanList /> : null}
        <WrongClocks />
        <MachineClock />
        <RestoredLog />
        <SoundBanner />
        <TakenAwayBanner />
        <MissedList />
      </Notices>
      {isWall ? null : <FootSwitch />}
      <Keys />
      {palette.value === null ? null : <Later name="Palette" />}
      <p class="visually-hidden" aria-live="polite">
        {politely.value}
      </p>
      <p class="visually-hidden" aria-live="assertive">
        {atOnce.value}
      </p>
    </div>
  )
}
