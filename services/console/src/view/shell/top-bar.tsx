// The bar above everything, in one line: name, views, what waits, lights, sound, time, and who is
// signed in.

import { address, setAddress } from '../../state/address.ts'
import { caller, mayUse } from '../../state/console-state.ts'
import { isNotLoaded } from '../../state/language.ts'
import icon from '../../style/icon.svg'
import { type Language, languages } from '../../words/language/language.ts'
import { words } from '../../words/words.ts'
import { Choice } from '../parts/choice.tsx'
import { Menu } from '../parts/menu.tsx'
import { Face } from '../queue/queue-row.tsx'
import { Clocks } from './clocks.tsx'
import { showPalette } from './keys.tsx'
import { Lights } from './lights.tsx'
import { SignOut } from './sign-out.tsx'
import { SoundControl } from './sound.tsx'
import { UnacknowledgedLink } from './unacknowledged.tsx'
import { UnstaffedLink } from './unstaffed.tsx'
import { ViewSwitch } from './view-switch.tsx'

export const looks = ['auto', 'light', 'dark', 'wall'] as const

/** As the address says; the system's own if it says nothing. */
export function lookIn(query: URLSearchParams): (typeof looks)[number] {
  return looks.find(look => look === query.get('look')) ?? 'auto'
}

/** As its speakers call it. */
function nameLanguage(language: Language): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language
}

export function TopBar() {
  return (
    <header class="top">
      <h1>
        <img src={icon} alt="" width="20" height="20" />{' '}
        <span class="product">{words.product}</span>
      </h1>
      <div class="views-room">
        <ViewSwitch />
      </div>
      <UnstaffedLink />
      <UnacknowledgedLink />
      <Lights />
      {mayUse('alerts:read') ? <SoundControl /> : null}
      <Clocks />
      <Who />
    </header>
  )
}

function Who() {
  const { top } = words
  const name = caller.value?.name ?? ''
  return (
    <Menu
      class="who"
      label={
        <>
          <Face name={name} isMine />
          <span class="visually-hidden">{top.signedInAs(name)}</span>
        </>
      }
    >
      {close => (
        <>
          <p class="name">
            <bdi>{top.signedInAs(name)}</bdi>
            {mayUse('alerts:operate') ? null : <span class="soft"> · {top.readOnly}</span>}
          </p>
          <Choice
            label={top.look}
            value={lookIn(address.value)}
            options={looks.map(look => [look, top.looks[look]])}
            onPick={look => setAddress({ look: look === 'auto' ? null : look })}
          />
          <Choice
            label={top.language}
            value={address.value.get('language') ?? ''}
            options={[
              ['', top.ofBrowser],
              ...languages.map(each => [each, nameLanguage(each)] as const)
            ]}
            onPick={language => setAddress({ language: language || null })}
          />
          {isNotLoaded.value ? <p role="alert">{top.languageNotLoaded}</p> : null}
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => {
              close()
              showPalette()
            }}
          >
            {words.help.open}{' '}
            <span class="key" aria-hidden="true">
              Ctrl K
            </span>
          </button>
          <SignOut />
        </>
      )}
    </Menu>
  )
}
