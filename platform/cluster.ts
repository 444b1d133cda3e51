/**
 * What the launch of a cluster imports beside `ground.ts`: adapters to servers and other processes. A door of its own, so that
 * one machine alone loads none of their libraries.
 */
export { type HttpTransport, httpTransport } from './calls/http.ts'
export { innerKey } from './calls/inner-http.ts'
export { type InnerServer, innerServer } from './calls/inner-server.ts'
export type { Instances } from './calls/instances.ts'
export { type Mongodb, openMongodb } from './documents/mongodb.ts'
export { createRedisCache } from './cache/redis.ts'
export { createRedisRateLimits } from './rate-limits/redis.ts'
export { openRedis, type RedisLink } from './redis.ts'
export { redisSignals } from './signals/redis.ts'
export { makeBucket } from './blobs/s3-bucket.ts'
export { createS3Blobs, type S3Options } from './blobs/s3.ts'
export { sendBarrier } from './bus/rabbitmq-barrier.ts'
export { rabbitmqBus } from './bus/rabbitmq.ts'
