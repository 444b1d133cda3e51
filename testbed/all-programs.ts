/** All servers of the cluster shape, the peer of a benchmark, and servers to publish to, as the testbed knows them. */
import { program as bluesky } from './bluesky.ts'
import { program as faketime } from './faketime.ts'
import { program as exim } from './exim.ts'
import { program as haproxy } from './haproxy.ts'
import { program as mongodb } from './mongodb.ts'
import { program as nginx } from './nginx.ts'
import type { Program } from './programs.ts'
import { program as rabbitmq } from './rabbitmq.ts'
import { program as redis } from './redis.ts'
import { program as s3 } from './s3.ts'
import { program as toxiproxy } from './toxiproxy.ts'
import { program as wordpress } from './wordpress.ts'

export const programs: readonly Program[] = [
  redis,
  rabbitmq,
  mongodb,
  s3,
  toxiproxy,
  haproxy,
  nginx,
  wordpress,
  bluesky,
  exim,
  faketime,
]

/** The names of those that are neither here nor given by URL. */
export const missingPrograms = (): string[] =>
  programs
    .filter(({ variable, find }) => (variable === null || !process.env[variable]) && find() === null)
    .map(({ name }) => name)
