/** The places where a cluster keeps what it may not lose, beside PostgreSQL: documents and files. */
import type { Blobs } from '@floowe/platform'
import { createLog, type Ground } from '@floowe/platform/ground'
import { createS3Blobs, openMongodb } from '@floowe/platform/cluster'
import type { ClusterSettings } from './cluster-settings.ts'

export type ClusterStores = { blobs: Blobs; documents: Ground['documents']; close: () => Promise<void> }

export async function openClusterStores(settings: ClusterSettings): Promise<ClusterStores> {
  const log = createLog({ service: 'floowe', level: settings.logLevel, format: settings.logFormat })
  const documents = openMongodb({ url: settings.mongodbUrl, log })
  const blobs = createS3Blobs(settings.s3)
  return {
    blobs,
    documents: documents.database,
    close: async () => {
      blobs.close()
      await documents.close()
    },
  }
}
