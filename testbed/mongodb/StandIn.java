import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
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

    public static void main(String[] words) throws Exception {
        MongoBackend backend = words.length > 1
            ? new H2Backend(words[1]).version(VERSION)
            : new MemoryBackend().version(VERSION);
        MongoServer server = new MongoServer(backend);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        server.bind("127.0.0.1", Integer.parseInt(words[0]));
        Thread.currentThread().join();
    }
}
