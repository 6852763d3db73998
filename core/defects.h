/* SPDX-License-Identifier: BSD-2-Clause */
/* core/defects.h - each requirement that the server keeps, and how a defect of its own breaks it
 *
 * Rows are sorted by requirement: its id in C, as it is, and what the server then does.
 */
#ifndef BR_CORE_DEFECTS_H
#define BR_CORE_DEFECTS_H

/* clang-format off */
#define BR_DEFECTS_LIST(X) \
	X(D4C_HDR_01, "D4C-HDR-01", "a message whose op is neither 1 nor 2 is answered") \
	X(D4C_HDR_02, "D4C-HDR-02", "a message with op 2 is answered") \
	X(D4C_HDR_04, "D4C-HDR-04", "messages of more than 576 octets are dropped") \
	X(D4C_HDR_05, "D4C-HDR-05", "hlen of a reply is 0") \
	X(D4C_HDR_06, "D4C-HDR-06", "hops and secs of a reply are those of the request") \
	X(D4C_HDR_07, "D4C-HDR-07", "a message with reserved bits in flags is dropped") \
	X(D4C_HDR_08, "D4C-HDR-08", "flags of a reply are 0") \
	X(D4C_HDR_09, "D4C-HDR-09", "a boot file of 127 octets ends without a zero octet in the header") \
	X(D4C_HDR_10, "D4C-HDR-10", "the cookie of a reply is another number") \
	X(D4C_HDR_11, "D4C-HDR-11", "option 53 comes twice") \
	X(D4C_OPT_01, "D4C-OPT-01", "the options field ends without END") \
	X(D4C_OPT_02, "D4C-OPT-02", "file and sname with options end without END") \
	X(D4C_OPT_03, "D4C-OPT-03", "option 58 has two octets") \
	X(D4C_OPT_04, "D4C-OPT-04", "pads between options end them") \
	X(D4C_OPT_05, "D4C-OPT-05", "options in file and sname are not told by option 52") \
	X(D4C_OPT_06, "D4C-OPT-06", "file and sname with options are filled up with 255") \
	X(D4C_OPT_07, "D4C-OPT-07", "the first option in file reaches past it") \
	X(D4C_OPT_08, "D4C-OPT-08", "options in file and sname are not read") \
	X(D4C_OPT_09, "D4C-OPT-09", "of an option in parts the first alone is read") \
	X(D4C_OPT_10, "D4C-OPT-10", "an option of more than 255 octets is cut") \
	X(D4C_OPT_11, "D4C-OPT-11", "option 67 is sent in two parts") \
	X(D4C_OPT_12, "D4C-OPT-12", "a reply to iPXE may have options in file and sname") \
	X(D4C_OPT_13, "D4C-OPT-13", "an option 60 that ends in a zero octet is no PXEClient") \
	X(D4C_OPT_15, "D4C-OPT-15", "text-nul=on changes nothing") \
	X(D4C_OPT_16, "D4C-OPT-16", "a message with option 224 is dropped") \
	X(D4C_OPT_17, "D4C-OPT-17", "an option asked for twice comes twice") \
	X(D4C_SIZ_01, "D4C-SIZ-01", "a reply is as long as it likes, whatever option 57 says") \
	X(D4C_SIZ_02, "D4C-SIZ-02", "without option 57 a reply is as long as it likes") \
	X(D4C_SIZ_03, "D4C-SIZ-03", "option 57 below 576 is taken as it is") \
	X(D4C_SIZ_04, "D4C-SIZ-04", "a reply may be longer than 1472 octets") \
	X(D4S_BF_01, "D4S-BF-01", "siaddr of a client with a boot file is 0") \
	X(D4S_BF_02, "D4S-BF-02", "the file field of the header stays empty beside option 67") \
	X(D4S_BF_03, "D4S-BF-03", "option 67 lacks the first letter of file") \
	X(D4S_BF_04, "D4S-BF-04", "option 1 is left out") \
	X(D4S_BF_05, "D4S-BF-05", "options 209 to 211 are sent with length 0") \
	X(D4S_BF_06, "D4S-BF-06", "option 13 says 1, whatever the size of the boot file") \
	X(D4S_BTP_01, "D4S-BTP-01", "a BOOTP client gets an answer with option 53") \
	X(D4S_BTP_02, "D4S-BTP-02", "a BOOTP client that nobody knows gets an address") \
	X(D4S_CLS_01, "D4S-CLS-01", "a class matches all that begin with it") \
	X(D4S_CLS_03, "D4S-CLS-03", "a message of a plain client with option 43 is dropped") \
	X(D4S_DECL_01, "D4S-DECL-01", "a declined address is free at once") \
	X(D4S_DISC_01, "D4S-DISC-01", "an OFFER has an address of another net") \
	X(D4S_DISC_02, "D4S-DISC-02", "an OFFER has no option 54") \
	X(D4S_DISC_03, "D4S-DISC-03", "option 51 is left out") \
	X(D4S_DISC_04, "D4S-DISC-04", "replies have option 50") \
	X(D4S_DISC_05, "D4S-DISC-05", "ciaddr of an OFFER is that of the DISCOVER") \
	X(D4S_DISC_10, "D4S-DISC-10", "options that were asked for are left out") \
	X(D4S_DISC_11, "D4S-DISC-11", "options come in an order of the server") \
	X(D4S_DISC_13, "D4S-DISC-13", "the first DISCOVER of a client is not answered") \
	X(D4S_DLV_01, "D4S-DLV-01", "a relay gets replies at port 68") \
	X(D4S_DLV_04, "D4S-DLV-04", "a client gets replies at the port it sent from") \
	X(D4S_DLV_05, "D4S-DLV-05", "replies leave from port 4011") \
	X(D4S_DLV_06, "D4S-DLV-06", "messages from an address are dropped") \
	X(D4S_DLV_07, "D4S-DLV-07", "what comes to port 68 is answered") \
	X(D4S_ID_01, "D4S-ID-01", "option 61 does not come back") \
	X(D4S_ID_02, "D4S-ID-02", "a client without option 61 gets one") \
	X(D4S_ID_03, "D4S-ID-03", "a client is its hardware address, whatever its option 61") \
	X(D4S_ID_04, "D4S-ID-04", "a client without option 61 is its transaction") \
	X(D4S_INF_01, "D4S-INF-01", "the ACK to an INFORM has a lease time") \
	X(D4S_INF_03, "D4S-INF-03", "the ACK to an INFORM is sent to everybody") \
	X(D4S_LSE_01, "D4S-LSE-01", "T2 is before T1") \
	X(D4S_LSE_04, "D4S-LSE-04", "a lease is for five minutes") \
	X(D4S_LSE_05, "D4S-LSE-05", "a renewal is not answered") \
	X(D4S_NAK_01, "D4S-NAK-01", "a NAK has option 51") \
	X(D4S_NAK_02, "D4S-NAK-02", "siaddr of a NAK is the server") \
	X(D4S_NAK_03, "D4S-NAK-03", "a NAK through a relay lacks the broadcast bit") \
	X(D4S_NAK_04, "D4S-NAK-04", "a NAK is sent to one address") \
	X(D4S_REL_01, "D4S-REL-01", "a released address stays taken") \
	X(D4S_REQ_01, "D4S-REQ-01", "an ACK has another address than the OFFER") \
	X(D4S_REQ_02, "D4S-REQ-02", "a REQUEST that names another server is answered") \
	X(D4S_REQ_03, "D4S-REQ-03", "a REQUEST that names another address of the server is not for it") \
	X(D4S_REQ_06, "D4S-REQ-06", "a stranger in INIT-REBOOT gets the address it names") \
	X(D4S_REQ_09, "D4S-REQ-09", "an ACK to a renewal does not go to ciaddr") \
	X(D4S_REQ_11, "D4S-REQ-11", "a REQUEST that comes again is not answered") \
	X(D4S_UC_01, "D4S-UC-01", "option 77 is read as one text alone") \
	X(D4S_UC_02, "D4S-UC-02", "option 77 without lengths is not understood") \
	X(D4S_VI_01, "D4S-VI-01", "a message with option 124 in two parts is dropped") \
	X(D6_ADV_01, "D6-ADV-01", "the client identifier comes back without its last octet") \
	X(D6_ADV_02, "D6-ADV-02", "transaction-ids are counted up by one") \
	X(D6_ADV_03, "D6-ADV-03", "the IA of an Advertise is empty") \
	X(D6_ADV_04, "D6-ADV-04", "options that were asked for are left out of an Advertise") \
	X(D6_ADV_05, "D6-ADV-05", "an IA that gets no address is left out") \
	X(D6_ADV_06, "D6-ADV-06", "the preference is 1 unless it is configured") \
	X(D6_ADV_07, "D6-ADV-07", "answers go to port 547") \
	X(D6_ADV_08, "D6-ADV-08", "a Solicit with Rapid Commit always gets a Reply") \
	X(D6_FMT_01, "D6-FMT-01", "an option that is asked for comes twice") \
	X(D6_FMT_02, "D6-FMT-02", "the vendor class comes twice") \
	X(D6_FMT_03, "D6-FMT-03", "a DUID of a type above 4 is no client's") \
	X(D6_NB_01, "D6-NB-01", "option 59 ends in a zero octet") \
	X(D6_NB_02, "D6-NB-02", "an IPv6 address in a URL has no brackets") \
	X(D6_NB_03, "D6-NB-03", "boot parameters have lengths of one octet") \
	X(D6_NB_05, "D6-NB-05", "option 61 has a type that the client did not send") \
	X(D6_NB_06, "D6-NB-06", "the Reply to a Release has option 59") \
	X(D6_NB_07, "D6-NB-07", "the first boot rule is for every architecture") \
	X(D6_NB_08, "D6-NB-08", "a Reply has no option 59") \
	X(D6_NB_09, "D6-NB-09", "URLs begin with TFTP:// in capitals") \
	X(D6_NB_10, "D6-NB-10", "boot parameters that are no size go to EDK2") \
	X(D6_NB_11, "D6-NB-11", "PXE clients get their class back though port 4011 is closed") \
	X(D6_NB_12, "D6-NB-12", "URLs have a name for a host") \
	X(D6_NB_14, "D6-NB-14", "answers may be longer than 1472 octets") \
	X(D6_NB_15, "D6-NB-15", "option 15 is not looked at") \
	X(D6_NB_16, "D6-NB-16", "a Solicit without option 6 is dropped") \
	X(D6_NB_17, "D6-NB-17", "a Request with the transaction-id of the Solicit is dropped") \
	X(D6_RPL_01, "D6-RPL-01", "T1 and T2 of a Reply change places") \
	X(D6_RPL_02, "D6-RPL-02", "addresses of another network are granted") \
	X(D6_RPL_03, "D6-RPL-03", "a Request that comes again is dropped") \
	X(D6_RPL_04, "D6-RPL-04", "the Reply to an Information-request has an IA") \
	X(D6_RPL_06, "D6-RPL-06", "a Release of what nobody has is no matter") \
	X(D6_VAL_01, "D6-VAL-01", "a Solicit with a server identifier is answered") \
	X(D6_VAL_02, "D6-VAL-02", "a Request to another server is answered") \
	X(D6_VAL_03, "D6-VAL-03", "an Information-request with an IA is answered") \
	X(D6_VAL_04, "D6-VAL-04", "an Advertise and a Reply are answered") \
	X(D6_VAL_05, "D6-VAL-05", "messages of unknown types are answered") \
	X(D6_VAL_06, "D6-VAL-06", "a message with an unknown option is dropped") \
	X(D6_VAL_07, "D6-VAL-07", "a Solicit by unicast is answered") \
	X(HBD_01, "HBD-01", "an HTTP client gets no option 60") \
	X(HBD_02, "HBD-02", "an HTTP client gets a name without its URL") \
	X(HBD_03, "HBD-03", "the ACK does not repeat the URL") \
	X(HBD_04, "HBD-04", "an OFFER to an HTTP client has 1500 octets") \
	X(HBD_05, "HBD-05", "a URL that is too long is cut") \
	X(HBD_06, "HBD-06", "a URL with a name comes without a name server") \
	X(HBD_07, "HBD-07", "a proxy does not answer HTTP clients") \
	X(HBD_08, "HBD-08", "of the architectures of HTTP clients x64 alone is known") \
	X(HBD_09, "HBD-09", "an https URL is withheld") \
	X(HBD_10, "HBD-10", "iPXE gets the URL without its scheme") \
	X(HBD_11, "HBD-11", "a plain client gets option 60 HTTPClient") \
	X(HBD_12, "HBD-12", "an Advertise for HTTP has no option 16") \
	X(HBD_13, "HBD-13", "option 59 is the last of an answer for HTTP") \
	X(HTTP_CND_01, "HTTP-CND-01", "the * in If-None-Match matches no file") \
	X(HTTP_CND_02, "HTTP-CND-02", "If-Modified-Since counts beside If-None-Match") \
	X(HTTP_CND_04, "HTTP-CND-04", "a false If-Match changes nothing") \
	X(HTTP_CND_05, "HTTP-CND-05", "If-Unmodified-Since is not read") \
	X(HTTP_CND_06, "HTTP-CND-06", "a missing file draws 304 to If-None-Match") \
	X(HTTP_CND_07, "HTTP-CND-07", "a 304 has no ETag") \
	X(HTTP_CON_02, "HTTP-CON-02", "a connection stays open behind Connection: close") \
	X(HTTP_CON_03, "HTTP-CON-03", "a connection of HTTP/1.0 stays open") \
	X(HTTP_CON_04, "HTTP-CON-04", "of requests in one segment the first alone is answered") \
	X(HTTP_CON_05, "HTTP-CON-05", "the body of a request is taken for the next one") \
	X(HTTP_DAT_01, "HTTP-DAT-01", "what is refused has no Date") \
	X(HTTP_DAT_03, "HTTP-DAT-03", "a file from the future is dated as it says") \
	X(HTTP_HST_01, "HTTP-HST-01", "HTTP/1.1 without a Host is answered") \
	X(HTTP_HST_02, "HTTP-HST-02", "an absolute target is refused") \
	X(HTTP_HST_03, "HTTP-HST-03", "a Host with an IPv6 address is refused") \
	X(HTTP_LEN_02, "HTTP-LEN-02", "Content-Length and Transfer-Encoding come together") \
	X(HTTP_LEN_03, "HTTP-LEN-03", "HTTP/1.0 gets a Transfer-Encoding") \
	X(HTTP_LEN_04, "HTTP-LEN-04", "a file comes without Content-Length") \
	X(HTTP_LEN_05, "HTTP-LEN-05", "content-length is written in small letters") \
	X(HTTP_LEN_06, "HTTP-LEN-06", "no blank follows the status code") \
	X(HTTP_LIM_01, "HTTP-LIM-01", "a target that is too long draws 500") \
	X(HTTP_LIM_03, "HTTP-LIM-03", "too many fields draw 500") \
	X(HTTP_LIM_07, "HTTP-LIM-07", "Expect: 100-continue is not read") \
	X(HTTP_MTH_01, "HTTP-MTH-01", "HEAD is not known") \
	X(HTTP_MTH_02, "HTTP-MTH-02", "HEAD has content") \
	X(HTTP_MTH_04, "HTTP-MTH-04", "HEAD says the file is empty") \
	X(HTTP_MTH_06, "HTTP-MTH-06", "405 has no Allow") \
	X(HTTP_MTH_07, "HTTP-MTH-07", "get in small letters is taken for GET") \
	X(HTTP_PTH_03, "HTTP-PTH-03", "percent signs stand for themselves") \
	X(HTTP_RDR_01, "HTTP-RDR-01", "a file draws 302") \
	X(HTTP_RNG_02, "HTTP-RNG-02", "Content-Range names one octet more than there is") \
	X(HTTP_RNG_04, "HTTP-RNG-04", "Range counts for HEAD") \
	X(HTTP_RNG_05, "HTTP-RNG-05", "If-Range is not read") \
	X(HTTP_RNG_06, "HTTP-RNG-06", "one range is answered as multipart") \
	X(HTTP_RNG_07, "HTTP-RNG-07", "numbers of Range run over 64 bit") \
	X(HTTP_RNG_09, "HTTP-RNG-09", "Range is ignored beside If-Match") \
	X(HTTP_SMG_01, "HTTP-SMG-01", "an invalid Content-Length is taken for 0") \
	X(HTTP_SMG_02, "HTTP-SMG-02", "Content-Length beside Transfer-Encoding is ignored") \
	X(HTTP_SMG_03, "HTTP-SMG-03", "a last coding other than chunked is taken for chunked") \
	X(HTTP_SMG_04, "HTTP-SMG-04", "a blank before the colon is ignored") \
	X(HTTP_SMG_05, "HTTP-SMG-05", "a folded line is a field of its own") \
	X(HTTP_SMG_06, "HTTP-SMG-06", "blanks before the first field are ignored") \
	X(HTTP_SMG_07, "HTTP-SMG-07", "CR and NUL may stand in a field") \
	X(HTTP_SMG_08, "HTTP-SMG-08", "a chunk size above 64 bit runs over") \
	X(HTTP_SMG_09, "HTTP-SMG-09", "Transfer-Encoding counts in HTTP/1.0") \
	X(HTTP_TYP_01, "HTTP-TYP-01", "a boot file has the type of a page") \
	X(HTTP_TYP_02, "HTTP-TYP-02", "a file has a Content-Encoding that nobody asked for") \
	X(NET_ARP_03, "NET-ARP-03", "the hardware address of the client is asked for by ARP") \
	X(NET_FRG_02, "NET-FRG-02", "a block size larger than the link takes is granted") \
	X(NET_SRC_02, "NET-SRC-02", "DATA comes from the address of the first link") \
	X(PXE_ARCH_01, "PXE-ARCH-01", "the first rule is for every architecture") \
	X(PXE_ARCH_02, "PXE-ARCH-02", "types 7 and 9 are told apart, though no rule does") \
	X(PXE_ARCH_03, "PXE-ARCH-03", "the first type in option 93 alone counts") \
	X(PXE_ARCH_04, "PXE-ARCH-04", "option 93 of an odd length picks a file") \
	X(PXE_ARCH_05, "PXE-ARCH-05", "a PXE client gets a URL") \
	X(PXE_ARCH_06, "PXE-ARCH-06", "a Raspberry Pi is taken for a PC") \
	X(PXE_BS_01, "PXE-BS-01", "nobody listens on port 4011") \
	X(PXE_BS_02, "PXE-BS-02", "an answer of port 4011 goes to port 68") \
	X(PXE_BS_03, "PXE-BS-03", "a boot server reply has no option 60") \
	X(PXE_BS_04, "PXE-BS-04", "a boot server reply has no option 43") \
	X(PXE_BS_05, "PXE-BS-05", "ciaddr of a boot server reply is that of the request") \
	X(PXE_BS_06, "PXE-BS-06", "port 4011 does not answer INFORM") \
	X(PXE_BS_07, "PXE-BS-07", "a type that is not served is answered") \
	X(PXE_BS_08, "PXE-BS-08", "boot server discovery on port 67 is not answered") \
	X(PXE_BS_10, "PXE-BS-10", "who asks for credentials gets the boot file") \
	X(PXE_BS_11, "PXE-BS-11", "a boot server has no TFTP server") \
	X(PXE_BS_13, "PXE-BS-13", "the first request of a client is not answered on port 4011") \
	X(PXE_BS_14, "PXE-BS-14", "an answer of port 4011 has transaction 0") \
	X(PXE_BS_15, "PXE-BS-15", "an answer of port 4011 has neither a boot file nor a menu") \
	X(PXE_BS_16, "PXE-BS-16", "an answer of port 4011 comes from port 67") \
	X(PXE_BS_17, "PXE-BS-17", "an answer of port 4011 is an OFFER") \
	X(PXE_BS_18, "PXE-BS-18", "the answer on port 4011 names another server than the OFFER") \
	X(PXE_BS_19, "PXE-BS-19", "port 4011 does not answer who leaves out option 54") \
	X(PXE_BS_20, "PXE-BS-20", "port 4011 answers clients that are no PXEClient") \
	X(PXE_BS_21, "PXE-BS-21", "tag 71 names another type than was asked for") \
	X(PXE_BS_22, "PXE-BS-22", "siaddr of a boot server reply is 0") \
	X(PXE_BS_23, "PXE-BS-23", "an answer of port 4011 has siaddr 0") \
	X(PXE_PRX_01, "PXE-PRX-01", "a proxy answers clients that are no PXEClient") \
	X(PXE_PRX_02, "PXE-PRX-02", "pxeclient in small letters is taken for PXEClient") \
	X(PXE_PRX_03, "PXE-PRX-03", "a proxy OFFER has an address in yiaddr") \
	X(PXE_PRX_04, "PXE-PRX-04", "a proxy OFFER has an address in ciaddr") \
	X(PXE_PRX_05, "PXE-PRX-05", "the OFFER of a proxy is an ACK") \
	X(PXE_PRX_06, "PXE-PRX-06", "option 97 comes back without its last octet") \
	X(PXE_PRX_07, "PXE-PRX-07", "options 93 and 94 are left out") \
	X(PXE_PRX_08, "PXE-PRX-08", "beside an own proxy the OFFER has the boot file and no option 60") \
	X(PXE_PRX_09, "PXE-PRX-09", "a proxy on a host of its own does not listen on port 67") \
	X(PXE_PRX_10, "PXE-PRX-10", "a proxy answers a REQUEST to the address server") \
	X(PXE_PRX_11, "PXE-PRX-11", "a proxy OFFER has option 51") \
	X(PXE_PRX_12, "PXE-PRX-12", "a proxy OFFER has no option 60") \
	X(PXE_PRX_13, "PXE-PRX-13", "a proxy answers a client that has waited for 4 s") \
	X(PXE_PRX_14, "PXE-PRX-14", "a proxy answers the first DISCOVER alone") \
	X(PXE_PRX_15, "PXE-PRX-15", "a proxy answers if secs is above 0") \
	X(PXE_V43_01, "PXE-V43-01", "option 43 ends without 255") \
	X(PXE_V43_02, "PXE-V43-02", "a reserved bit of tag 6 is set") \
	X(PXE_V43_03, "PXE-V43-03", "tag 7 is left out") \
	X(PXE_V43_04, "PXE-V43-04", "the length of tag 8 is one too small") \
	X(PXE_V43_05, "PXE-V43-05", "a text of the menu says it is longer than it is") \
	X(PXE_V43_06, "PXE-V43-06", "the timeout of the menu is always 0") \
	X(PXE_V43_07, "PXE-V43-07", "tag 8 is left out") \
	X(PXE_V43_09, "PXE-V43-09", "option 43 has none of the tags 6 to 10") \
	X(PXE_V43_10, "PXE-V43-10", "option 60 is sent without option 43, and nobody answers on port 4011") \
	X(PXE_V43_11, "PXE-V43-11", "an OFFER with control bit 3 has no boot file") \
	X(PXE_V43_12, "PXE-V43-12", "the menu is left out, and its prompt is not") \
	X(PXE_V43_13, "PXE-V43-13", "multicast discovery is announced, and nobody has joined the group") \
	X(PXE_V43_14, "PXE-V43-14", "tag 8 lacks the last type of the menu") \
	X(PXE_V43_16, "PXE-V43-16", "a Raspberry Pi is not told Raspberry Pi Boot") \
	X(R6_SRV_01, "R6-SRV-01", "hop-count of every Relay-reply is 0") \
	X(R6_SRV_02, "R6-SRV-02", "option 18 is not sent back") \
	X(R6_SRV_03, "R6-SRV-03", "a Relay-reply goes to port 546") \
	X(R6_SRV_04, "R6-SRV-04", "the outermost relay's link-address decides") \
	X(R6_SRV_05, "R6-SRV-05", "a link-address of zeros is looked up like any other") \
	X(R6_SRV_06, "R6-SRV-06", "a Relay-reply goes to port 547, whatever option 135 says") \
	X(RLS_01, "RLS-01", "option 82 does not come back") \
	X(RLS_03, "RLS-03", "option 82 is sent like any other, in file if there is room alone") \
	X(RLS_04, "RLS-04", "half of option 82 is sent where all of it does not fit") \
	X(RLS_05, "RLS-05", "a relayed client gets an address of the server's own link") \
	X(RLS_06, "RLS-06", "link-selection is not read") \
	X(RLS_07, "RLS-07", "a reply with link-selection does not go to giaddr") \
	X(RLS_08, "RLS-08", "option 118 wins over link-selection") \
	X(RLS_09, "RLS-09", "sub-option 11 is not read") \
	X(RLS_11, "RLS-11", "a message with a flags sub-option of three octets is dropped") \
	X(RLS_12, "RLS-12", "a relay with sub-option 19 gets its reply at port 67") \
	X(RLS_14, "RLS-14", "a proxy OFFER lacks the broadcast bit, and goes to nobody") \
	X(RLS_15, "RLS-15", "who is on another net is not answered on port 4011") \
	X(TFTP_BLK_01, "TFTP-BLK-01", "the largest block size of the server is granted, whatever was asked") \
	X(TFTP_BLK_02, "TFTP-BLK-02", "blocks have 512 octets, whatever was agreed") \
	X(TFTP_BLK_03, "TFTP-BLK-03", "a file that is a multiple of the agreed size ends without an empty DATA") \
	X(TFTP_BLK_05, "TFTP-BLK-05", "40 octets less than the link takes are granted") \
	X(TFTP_CON_02, "TFTP-CON-02", "a size probe that ended in ERROR 8 has its OACK sent again") \
	X(TFTP_CON_03, "TFTP-CON-03", "a new request from the port of an unfinished transfer is dropped") \
	X(TFTP_ERR_01, "TFTP-ERR-01", "a missing file draws ERROR 0") \
	X(TFTP_ERR_03, "TFTP-ERR-03", "the text of an ERROR ends without a zero octet") \
	X(TFTP_ERR_04, "TFTP-ERR-04", "an ERROR amid the blocks ends nothing") \
	X(TFTP_ERR_05, "TFTP-ERR-05", "an ERROR draws an ERROR") \
	X(TFTP_LCK_01, "TFTP-LCK-01", "two blocks are sent at once without a windowsize") \
	X(TFTP_LCK_02, "TFTP-LCK-02", "a repeated ACK draws the block again") \
	X(TFTP_LCK_03, "TFTP-LCK-03", "an ACK of an old block draws the window again") \
	X(TFTP_NAM_01, "TFTP-NAM-01", "a name with a slash in front is not found") \
	X(TFTP_NAM_02, "TFTP-NAM-02", "a name with a backslash is not found") \
	X(TFTP_OACK_01, "TFTP-OACK-01", "an OACK names windowsize, too, which nobody asked for") \
	X(TFTP_OACK_02, "TFTP-OACK-02", "the last value of an OACK ends without a zero octet") \
	X(TFTP_OACK_03, "TFTP-OACK-03", "DATA 1 follows the OACK without ACK 0") \
	X(TFTP_OACK_04, "TFTP-OACK-04", "a lost OACK is not sent again") \
	X(TFTP_OACK_05, "TFTP-OACK-05", "ERROR 8 is taken for ACK 0") \
	X(TFTP_OACK_07, "TFTP-OACK-07", "the OACK comes from port 69") \
	X(TFTP_OACK_08, "TFTP-OACK-08", "a repeated ACK 0 draws DATA 1 again") \
	X(TFTP_OACK_09, "TFTP-OACK-09", "a missing file is granted options") \
	X(TFTP_OPT_01, "TFTP-OPT-01", "names of options are known in lower case alone") \
	X(TFTP_OPT_02, "TFTP-OPT-02", "a request without options draws an OACK") \
	X(TFTP_OPT_03, "TFTP-OPT-03", "an unknown option is granted") \
	X(TFTP_OPT_04, "TFTP-OPT-04", "options of which none is accepted draw an empty OACK") \
	X(TFTP_OPT_05, "TFTP-OPT-05", "an option that comes twice is granted twice") \
	X(TFTP_OPT_06, "TFTP-OPT-06", "an option behind one of a later letter is ignored") \
	X(TFTP_OPT_07, "TFTP-OPT-07", "requests of more than 128 octets are refused") \
	X(TFTP_OPT_08, "TFTP-OPT-08", "options are not known at all") \
	X(TFTP_RRQ_01, "TFTP-RRQ-01", "DATA comes from port 69") \
	X(TFTP_RRQ_02, "TFTP-RRQ-02", "the mode is taken in lower case alone") \
	X(TFTP_RRQ_03, "TFTP-RRQ-03", "the first block is number 0") \
	X(TFTP_RRQ_04, "TFTP-RRQ-04", "a short DATA does not end the transfer: more comes after its ACK") \
	X(TFTP_RRQ_05, "TFTP-RRQ-05", "a file that is a multiple of 512 ends without an empty DATA") \
	X(TFTP_RRQ_06, "TFTP-RRQ-06", "an empty file is not found") \
	X(TFTP_RRQ_07, "TFTP-RRQ-07", "the third block has the octets of the second once more") \
	X(TFTP_RRQ_08, "TFTP-RRQ-08", "CR stays alone in netascii") \
	X(TFTP_RTX_01, "TFTP-RTX-01", "a lost DATA is not sent again") \
	X(TFTP_RTX_02, "TFTP-RTX-02", "each retransmission waits as long as the first") \
	X(TFTP_TID_01, "TFTP-TID-01", "a packet from a foreign port ends the transfer") \
	X(TFTP_TMO_01, "TFTP-TMO-01", "half the timeout that was asked for is granted") \
	X(TFTP_TMO_02, "TFTP-TMO-02", "timeout=0 is granted") \
	X(TFTP_TMO_03, "TFTP-TMO-03", "the agreed timeout is granted and not used") \
	X(TFTP_TMO_04, "TFTP-TMO-04", "timeout=5 is granted as 3") \
	X(TFTP_TSZ_01, "TFTP-TSZ-01", "the value of tsize comes back as it was sent") \
	X(TFTP_TSZ_05, "TFTP-TSZ-05", "tsize is left out where other options come with it") \
	X(TFTP_WIN_01, "TFTP-WIN-01", "the largest window of the server is granted, whatever was asked") \
	X(TFTP_WIN_02, "TFTP-WIN-02", "windowsize=0 is granted") \
	X(TFTP_WIN_03, "TFTP-WIN-03", "a window is one block longer than agreed") \
	X(TFTP_WIN_05, "TFTP-WIN-05", "after a timeout the last block alone is sent again") \
	X(TFTP_WIN_08, "TFTP-WIN-08", "windowsize=1 is granted, and two blocks are sent") \
	X(TFTP_WIN_09, "TFTP-WIN-09", "the last window is not sent unless it is full") \
	X(TFTP_WIN_10, "TFTP-WIN-10", "each repeated ACK draws a window") \
	X(TFTP_WIN_13, "TFTP-WIN-13", "half the windowsize is granted") \
	X(TFTP_WIN_14, "TFTP-WIN-14", "an ACK behind block 65535 is not taken in a window") \
	X(TFTP_WRAP_01, "TFTP-WRAP-01", "block 65535 is followed by 1")
/* clang-format on */

#endif /* BR_CORE_DEFECTS_H */
