import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;

/** An in-memory MongoDB on a free port: prints the port, and ends when its standard input does. */
class TestServer {
    public static void main(String[] arguments) throws Exception {
        MongoServer server = new MongoServer(new Backend());
        System.out.println(server.bind().getPort());
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        server.shutdownNow();
    }

    /** Greets with the oldest wire that drivers still speak; it knows enough of it. */
    private static class Backend extends MemoryBackend {
        private static final String WIRE = "maxWireVersion";
        private static final int OF_MONGODB_4_4 = 9;

        @Override
        public Document handleCommand(
                Channel channel, String database, String command, Document query) {
            Document reply = super.handleCommand(channel, database, command, query);
            if (reply != null && reply.containsKey(WIRE)) {
                reply.put(WIRE, OF_MONGODB_4_4);
            }
            return reply;
        }
    }
}
