/** Where sealed values lie in the database of an installation, and what is done with all of them at once. Rows of every workspace. */
import { placesOfEach, type SealedPlace } from '@floowe/platform/ground'
import type pg from 'pg'
import { quoted } from '../backup/tables.ts'
import { catalogue } from '../catalogue.ts'

export type Place = SealedPlace & { schema: string; name: string }
/** Sealed values of one place under one key. */
export type Held = {
  place: string
  keyId: string
  values: number
  /** Those of them in the form from before data keys. */
  old: number
}

export const sealedPlaces = (): Place[] =>
  [...catalogue, { name: 'gateway', sealed: undefined }].flatMap(({ name: schema, sealed }) =>
    [...placesOfEach(schema), ...(sealed?.places ?? [])].map((place) => ({
      ...place,
      schema,
      name: [schema, place.table, place.column, ...(place.field === undefined ? [] : [place.field])].join('.'),
    })),
  )

/** Purposes of derived keys that are needed for longer than their secret, by service. */
export const lastingPurposes = (): { service: string; purpose: string }[] =>
  catalogue.flatMap(({ name: service, sealed }) => (sealed?.checkedWith ?? []).map((purpose) => ({ service, purpose })))

const valueOf = ({ column, field }: Place): string =>
  field === undefined ? quoted(column) : `(${quoted(column)} ->> '${field}')`
const tableOf = ({ schema, table }: Place): string => `${quoted(schema)}.${quoted(table)}`
const sealedForm = "~ '^v[12]\\.[a-z2-7]{8}\\.'"

/** How many values lie where, under which key. */
export async function countHeld(client: pg.ClientBase): Promise<Held[]> {
  const held: Held[] = []
  for (const place of sealedPlaces()) {
    const { rows } = await client.query<Omit<Held, 'place'>>(
      `select split_part(value, '.', 2) as "keyId", count(*)::int as values, (count(*) filter (where starts_with(value, 'v1.')))::int as old
       from (select ${valueOf(place)} as value from ${tableOf(place)}) sealed where value ${sealedForm} group by 1 order by 1`,
    )
    held.push(...rows.map((row) => ({ place: place.name, ...row })))
  }
  return held
}

export type SealedRow = { key: readonly string[]; columns: Readonly<Record<string, string>>; sealed: string }

/** Values of a place that are not under this key in the present form, in the order of their keys. @param after where the page before ended */
export async function valuesToWrap(
  client: pg.ClientBase,
  place: Place,
  keyId: string,
  after: readonly string[] | null,
  limit: number,
): Promise<SealedRow[]> {
  const value = valueOf(place)
  const key = place.key.map(quoted).join(', ')
  const columns = [...place.key, ...(place.reads ?? [])]
  const from = after ? `and (${key}) > (${place.key.map((_, index) => `$${index + 2}`).join(', ')})` : ''
  const { rows } = await client.query<{ columns: Record<string, string>; sealed: string }>(
    `select jsonb_build_object(${columns.map((name) => `'${name}', ${quoted(name)}::text`).join(', ')}) as columns, ${value} as sealed
     from ${tableOf(place)} where ${value} ${sealedForm} and not starts_with(${value}, $1) ${from} order by ${key} limit ${limit}`,
    [`v2.${keyId}.`, ...(after ?? [])],
  )
  return rows.map(({ columns: found, sealed }) => ({
    key: place.key.map((name) => found[name] ?? ''),
    columns: found,
    sealed,
  }))
}

/** False when the value is another one by now: whoever wrote it sealed it. */
export async function putWrapped(
  client: pg.ClientBase,
  place: Place,
  row: SealedRow,
  wrapped: string,
): Promise<boolean> {
  const { column, field } = place
  const value = field === undefined ? '$1' : `jsonb_set(${quoted(column)}, '{${field}}', to_jsonb($1::text))`
  const isRow = place.key.map((name, index) => `${quoted(name)} = $${index + 3}`).join(' and ')
  const { rowCount } = await client.query(
    `update ${tableOf(place)} set ${quoted(column)} = ${value} where ${isRow} and ${valueOf(place)} = $2`,
    [wrapped, row.sealed, ...row.key],
  )
  return rowCount === 1
}
