import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** GET of an address by mutual TLS with java.net.http. Arguments: address, container, password, authorities. */
public class Token {
    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(context(arguments)).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(arguments[0])).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode());
        System.out.println(answer.headers().firstValue("X-Simulador-Explicacao").orElse(""));
        System.out.write(answer.body().getBytes("UTF-8"));
        System.out.flush();
    }

    private static SSLContext context(String[] arguments) throws Exception {
        KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
        KeyStore container = KeyStore.getInstance("PKCS12");
        char[] password = arguments[2].toCharArray();
        try (FileInputStream file = new FileInputStream(arguments[1])) {
            container.load(file, password);
        }
        own.init(container, password);

        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (FileInputStream file = new FileInputStream(arguments[3])) {
            int number = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                trusted.setCertificateEntry("ca" + number++, authority);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);

        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
