/** How the parts of a body are put in: each kind of item is described by a list of these, and one form draws them all. */
import type { ComponentType } from 'react'
import type { ConfigurationKind } from '../../../server/contract/configuration.ts'
import type { Key } from '../../i18n/keys.ts'
import type { Body } from './merge.ts'

/** What there are lists of: kinds of the configuration, and people. */
export type Source = ConfigurationKind | 'person'

export type ControlProps = {
  /** The accessible name. */
  label: string
  path: string
  value: unknown
  change(value: unknown): void
}

type Input =
  /** `orNull`: nothing typed is null. */
  | {
      is: 'text'
      max: number
      long?: boolean
      dir?: 'ltr'
      orNull?: boolean
      suggest?: () => readonly string[]
    }
  /** `none`: words for null, which is then a choice. */
  | { is: 'number'; min: number; max: number; none?: Key }
  /** Milliseconds, put in as seconds, minutes or hours. */
  | { is: 'span'; min: number; max: number }
  | { is: 'percent' }
  | { is: 'tick' }
  | { is: 'colour' }
  | { is: 'date' }
  | { is: 'language'; none: Key }
  | { is: 'choice'; options: readonly string[]; word: (option: string) => Key; none?: Key }
  /** One of the items of a source, by its id. `where`: only those. */
  | { is: 'pick'; of: Source; none?: Key; where?: (body: Body) => boolean }
  | { is: 'picks'; of: Source; where?: (body: Body) => boolean }
  /** Any of the options, as a list. */
  | { is: 'several'; options: readonly string[]; word: (option: string) => Key }
  /** A list of texts, one a line. */
  | { is: 'lines'; placeholder: string }
  | { is: 'openings' }
  | { is: 'group'; fields: readonly Field[]; folded?: boolean }
  /** The same for chat, voice and video. */
  | { is: 'media'; fields: readonly Field[] }
  /** Null, or what the fields make of it. */
  | { is: 'optional'; fields: readonly Field[]; blank: () => unknown }
  | { is: 'rows'; fields: readonly Field[]; blank: () => unknown; add: Key; ordered?: boolean }
  /** `says`: what its parts are called where they are read out. */
  | { is: 'own'; Own: ComponentType<ControlProps>; says?: readonly Field[] }

/** `at`: the place in the body, below that of what holds the field; empty: the same place. */
export type Field = Input & {
  at: string
  label: Key
  hint?: Key
  /** Shown only then; of what holds the field. */
  when?: (holder: Body) => boolean
}

type InputOf<Is extends Field['is']> = Extract<Field, { is: Is }>

export type Props<Is extends Field['is']> = ControlProps & { field: InputOf<Is> }

export type FieldsProps = {
  fields: readonly Field[]
  /** Where the holder of these fields stands in the body. */
  path: string
  value: unknown
  change(value: unknown): void
}

/** Everything about a source that the screens need. */
export type Description = {
  fields: readonly Field[]
  blank: () => Body
  /** A second line in the list. */
  about?: (body: Body) => Key | null
}
