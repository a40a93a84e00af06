/// Why a server's certificate was refused.
public enum CertificateProblem: String, Sendable {
    /// Its chain leads to nobody who is known here, or is not valid at this time; TLS does not tell which.
    case notTrusted = "nobody signed it who is known here, or it expired"
    /// It is good, but for another server.
    case otherNames = "it is for other names than the address has"

    /// What to do about it.
    var advice: String {
        switch self {
        case .notTrusted:
            """
            If your organisation signed it, name a PEM file with the certificate that it was signed with: \
            \(SettingPlace.text("data.remote.certificates")). If it expired, the server needs a new one.
            """
        case .otherNames: "Write the server's name in the address as its certificate has it."
        }
    }
}
