import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;

/** Speaks MongoDB's protocol on a port of this machine: `StandIn PORT [FILE]`, in memory or in a file of H2. */
public class StandIn {
    /** The versions it knows by itself are too old for current drivers, or promise more than it does. */
    private static final MongoVersion VERSION = new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    };

    // By itself it answers with the documents it holds and changes them while they are being sent, so that a reader may see half of
    // an update. MongoDB never does: here one command runs at a time, and what it answers is a copy.

    private static class InMemory extends MemoryBackend {
        @Override
        public synchronized Document handleMessage(MongoMessage message) {
            return super.handleMessage(message).cloneDeeply();
        }
    }

    private static class InFile extends H2Backend {
        InFile(String file) {
            super(file);
        }

        @Override
        public synchronized Document handleMessage(MongoMessage message) {
            return super.handleMessage(message).cloneDeeply();
        }
    }

    public static void main(String[] words) throws Exception {
        MongoBackend backend = words.length > 1 ? new InFile(words[1]) : new InMemory();
        MongoServer server = new MongoServer(backend.version(VERSION));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        server.bind("127.0.0.1", Integer.parseInt(words[0]));
        Thread.currentThread().join();
    }
}
