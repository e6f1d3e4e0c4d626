/**
 * A self-signed certificate for localhost, 127.0.0.1 and ::1, valid from 2020 to 2099, and its private key.
 * Both are public: they protect nothing and exist so that HTTP/2 over TLS can be rehearsed. A client trusts the
 * simulator by naming the certificate as its authority: `tls.connect({ ca: SIMULATOR_CERTIFICATE })`.
 */
export const SIMULATOR_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBojCCAUegAwIBAgIBATAKBggqhkjOPQQDAjAoMSYwJAYDVQQDDB1TbHVpY2Ug
c2ltdWxhdG9yICh0ZXN0cyBvbmx5KTAgFw0yMDAxMDEwMDAwMDBaGA8yMDk5MTIz
MTIzNTk1OVowKDEmMCQGA1UEAwwdU2x1aWNlIHNpbXVsYXRvciAodGVzdHMgb25s
eSkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS2llyTTHf+GluPXraGM2Aldyb/
n6CTcHug25ZajHB7VQL8jrh8taMWk5ej2MW+G8nxbYirHT5PdVZq+NssfzOfo2Aw
XjAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBSSI5LvrsZ3hG+NMNfkljcNkv54
XDAsBgNVHREEJTAjgglsb2NhbGhvc3SHBH8AAAGHEAAAAAAAAAAAAAAAAAAAAAEw
CgYIKoZIzj0EAwIDSQAwRgIhAMnY6W2VAQGu6rvvnNAkCKdb7YHsJxbCBklT6eTF
MBXuAiEA/+fv6Ea2szybPx7nSZlDdun9Gu5rTZeuEaFhtKXAylY=
-----END CERTIFICATE-----
`;

/** The private key of `SIMULATOR_CERTIFICATE`. */
export const SIMULATOR_PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgWZlsa1ToCZHUDTlC
5zva+1i/EtxvAKpGsfYFepEXXkWhRANCAAS2llyTTHf+GluPXraGM2Aldyb/n6CT
cHug25ZajHB7VQL8jrh8taMWk5ej2MW+G8nxbYirHT5PdVZq+NssfzOf
-----END PRIVATE KEY-----
`;
