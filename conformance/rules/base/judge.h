/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/base/judge.h - what the judges of the rules share; for the files below
 * conformance/rules alone */
#ifndef BR_CONFORMANCE_RULES_BASE_JUDGE_H
#define BR_CONFORMANCE_RULES_BASE_JUDGE_H

#include "conformance/rules/rules.h"
#include "core/base/text.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/http_head.h"
#include "core/formats/tftp_packet.h"

/* clang-format off */
/* Sorted, one a line: br_rules_id() promises it. */
#define BR_RULES(X) \
	X(D4C_HDR_01, "D4C-HDR-01") \
	X(D4C_HDR_02, "D4C-HDR-02") \
	X(D4C_HDR_03, "D4C-HDR-03") \
	X(D4C_HDR_05, "D4C-HDR-05") \
	X(D4C_HDR_06, "D4C-HDR-06") \
	X(D4C_HDR_07, "D4C-HDR-07") \
	X(D4C_HDR_08, "D4C-HDR-08") \
	X(D4C_HDR_09, "D4C-HDR-09") \
	X(D4C_HDR_10, "D4C-HDR-10") \
	X(D4C_HDR_11, "D4C-HDR-11") \
	X(D4C_OPT_01, "D4C-OPT-01") \
	X(D4C_OPT_02, "D4C-OPT-02") \
	X(D4C_OPT_03, "D4C-OPT-03") \
	X(D4C_OPT_04, "D4C-OPT-04") \
	X(D4C_OPT_05, "D4C-OPT-05") \
	X(D4C_OPT_06, "D4C-OPT-06") \
	X(D4C_OPT_07, "D4C-OPT-07") \
	X(D4C_OPT_08, "D4C-OPT-08") \
	X(D4C_OPT_09, "D4C-OPT-09") \
	X(D4C_OPT_10, "D4C-OPT-10") \
	X(D4C_OPT_11, "D4C-OPT-11") \
	X(D4C_OPT_12, "D4C-OPT-12") \
	X(D4C_OPT_14, "D4C-OPT-14") \
	X(D4C_OPT_17, "D4C-OPT-17") \
	X(D4C_SIZ_01, "D4C-SIZ-01") \
	X(D4C_SIZ_02, "D4C-SIZ-02") \
	X(D4C_SIZ_03, "D4C-SIZ-03") \
	X(D4C_SIZ_04, "D4C-SIZ-04") \
	X(D4C_SIZ_05, "D4C-SIZ-05") \
	X(D4S_BF_01, "D4S-BF-01") \
	X(D4S_BF_02, "D4S-BF-02") \
	X(D4S_BF_03, "D4S-BF-03") \
	X(D4S_BF_04, "D4S-BF-04") \
	X(D4S_BF_05, "D4S-BF-05") \
	X(D4S_BF_06, "D4S-BF-06") \
	X(D4S_BTP_01, "D4S-BTP-01") \
	X(D4S_DECL_01, "D4S-DECL-01") \
	X(D4S_DISC_01, "D4S-DISC-01") \
	X(D4S_DISC_02, "D4S-DISC-02") \
	X(D4S_DISC_03, "D4S-DISC-03") \
	X(D4S_DISC_04, "D4S-DISC-04") \
	X(D4S_DISC_05, "D4S-DISC-05") \
	X(D4S_DISC_06, "D4S-DISC-06") \
	X(D4S_DISC_07, "D4S-DISC-07") \
	X(D4S_DISC_09, "D4S-DISC-09") \
	X(D4S_DISC_12, "D4S-DISC-12") \
	X(D4S_DISC_13, "D4S-DISC-13") \
	X(D4S_DLV_01, "D4S-DLV-01") \
	X(D4S_DLV_02, "D4S-DLV-02") \
	X(D4S_DLV_03, "D4S-DLV-03") \
	X(D4S_DLV_04, "D4S-DLV-04") \
	X(D4S_DLV_05, "D4S-DLV-05") \
	X(D4S_DLV_07, "D4S-DLV-07") \
	X(D4S_ID_01, "D4S-ID-01") \
	X(D4S_ID_02, "D4S-ID-02") \
	X(D4S_ID_03, "D4S-ID-03") \
	X(D4S_ID_04, "D4S-ID-04") \
	X(D4S_ID_05, "D4S-ID-05") \
	X(D4S_INF_01, "D4S-INF-01") \
	X(D4S_INF_02, "D4S-INF-02") \
	X(D4S_INF_03, "D4S-INF-03") \
	X(D4S_LSE_01, "D4S-LSE-01") \
	X(D4S_LSE_02, "D4S-LSE-02") \
	X(D4S_LSE_04, "D4S-LSE-04") \
	X(D4S_LSE_05, "D4S-LSE-05") \
	X(D4S_NAK_01, "D4S-NAK-01") \
	X(D4S_NAK_02, "D4S-NAK-02") \
	X(D4S_NAK_03, "D4S-NAK-03") \
	X(D4S_NAK_04, "D4S-NAK-04") \
	X(D4S_REL_01, "D4S-REL-01") \
	X(D4S_REQ_01, "D4S-REQ-01") \
	X(D4S_REQ_02, "D4S-REQ-02") \
	X(D4S_REQ_04, "D4S-REQ-04") \
	X(D4S_REQ_05, "D4S-REQ-05") \
	X(D4S_REQ_08, "D4S-REQ-08") \
	X(D4S_REQ_09, "D4S-REQ-09") \
	X(D4S_REQ_10, "D4S-REQ-10") \
	X(D4S_REQ_11, "D4S-REQ-11") \
	X(D4S_SID_01, "D4S-SID-01") \
	X(D4S_UC_01, "D4S-UC-01") \
	X(D4S_UC_02, "D4S-UC-02") \
	X(D6_ADV_01, "D6-ADV-01") \
	X(D6_ADV_02, "D6-ADV-02") \
	X(D6_ADV_03, "D6-ADV-03") \
	X(D6_ADV_04, "D6-ADV-04") \
	X(D6_ADV_05, "D6-ADV-05") \
	X(D6_ADV_07, "D6-ADV-07") \
	X(D6_ADV_08, "D6-ADV-08") \
	X(D6_CLI_01, "D6-CLI-01") \
	X(D6_CLI_02, "D6-CLI-02") \
	X(D6_CLI_03, "D6-CLI-03") \
	X(D6_FMT_01, "D6-FMT-01") \
	X(D6_FMT_02, "D6-FMT-02") \
	X(D6_FMT_03, "D6-FMT-03") \
	X(D6_NB_01, "D6-NB-01") \
	X(D6_NB_02, "D6-NB-02") \
	X(D6_NB_03, "D6-NB-03") \
	X(D6_NB_04, "D6-NB-04") \
	X(D6_NB_05, "D6-NB-05") \
	X(D6_NB_06, "D6-NB-06") \
	X(D6_NB_08, "D6-NB-08") \
	X(D6_NB_09, "D6-NB-09") \
	X(D6_NB_10, "D6-NB-10") \
	X(D6_NB_11, "D6-NB-11") \
	X(D6_NB_12, "D6-NB-12") \
	X(D6_NB_13, "D6-NB-13") \
	X(D6_NB_14, "D6-NB-14") \
	X(D6_NB_15, "D6-NB-15") \
	X(D6_NB_17, "D6-NB-17") \
	X(D6_RPL_01, "D6-RPL-01") \
	X(D6_RPL_02, "D6-RPL-02") \
	X(D6_RPL_04, "D6-RPL-04") \
	X(D6_RPL_06, "D6-RPL-06") \
	X(D6_VAL_01, "D6-VAL-01") \
	X(D6_VAL_02, "D6-VAL-02") \
	X(D6_VAL_03, "D6-VAL-03") \
	X(D6_VAL_04, "D6-VAL-04") \
	X(D6_VAL_05, "D6-VAL-05") \
	X(D6_VAL_07, "D6-VAL-07") \
	X(HBD_01, "HBD-01") \
	X(HBD_02, "HBD-02") \
	X(HBD_03, "HBD-03") \
	X(HBD_04, "HBD-04") \
	X(HBD_05, "HBD-05") \
	X(HBD_06, "HBD-06") \
	X(HBD_08, "HBD-08") \
	X(HBD_11, "HBD-11") \
	X(HBD_12, "HBD-12") \
	X(HBD_13, "HBD-13") \
	X(HTTP_CND_01, "HTTP-CND-01") \
	X(HTTP_CND_02, "HTTP-CND-02") \
	X(HTTP_CND_03, "HTTP-CND-03") \
	X(HTTP_CND_04, "HTTP-CND-04") \
	X(HTTP_CND_05, "HTTP-CND-05") \
	X(HTTP_CND_06, "HTTP-CND-06") \
	X(HTTP_CND_07, "HTTP-CND-07") \
	X(HTTP_CON_01, "HTTP-CON-01") \
	X(HTTP_CON_02, "HTTP-CON-02") \
	X(HTTP_CON_03, "HTTP-CON-03") \
	X(HTTP_CON_04, "HTTP-CON-04") \
	X(HTTP_CON_05, "HTTP-CON-05") \
	X(HTTP_CON_06, "HTTP-CON-06") \
	X(HTTP_DAT_01, "HTTP-DAT-01") \
	X(HTTP_DAT_02, "HTTP-DAT-02") \
	X(HTTP_DAT_03, "HTTP-DAT-03") \
	X(HTTP_HST_01, "HTTP-HST-01") \
	X(HTTP_HST_02, "HTTP-HST-02") \
	X(HTTP_HST_03, "HTTP-HST-03") \
	X(HTTP_LEN_01, "HTTP-LEN-01") \
	X(HTTP_LEN_02, "HTTP-LEN-02") \
	X(HTTP_LEN_03, "HTTP-LEN-03") \
	X(HTTP_LEN_04, "HTTP-LEN-04") \
	X(HTTP_LEN_05, "HTTP-LEN-05") \
	X(HTTP_LEN_06, "HTTP-LEN-06") \
	X(HTTP_LIM_01, "HTTP-LIM-01") \
	X(HTTP_LIM_02, "HTTP-LIM-02") \
	X(HTTP_LIM_03, "HTTP-LIM-03") \
	X(HTTP_LIM_04, "HTTP-LIM-04") \
	X(HTTP_LIM_05, "HTTP-LIM-05") \
	X(HTTP_LIM_06, "HTTP-LIM-06") \
	X(HTTP_LIM_07, "HTTP-LIM-07") \
	X(HTTP_MTH_01, "HTTP-MTH-01") \
	X(HTTP_MTH_02, "HTTP-MTH-02") \
	X(HTTP_MTH_03, "HTTP-MTH-03") \
	X(HTTP_MTH_04, "HTTP-MTH-04") \
	X(HTTP_MTH_05, "HTTP-MTH-05") \
	X(HTTP_MTH_06, "HTTP-MTH-06") \
	X(HTTP_MTH_07, "HTTP-MTH-07") \
	X(HTTP_PTH_01, "HTTP-PTH-01") \
	X(HTTP_PTH_02, "HTTP-PTH-02") \
	X(HTTP_PTH_03, "HTTP-PTH-03") \
	X(HTTP_RDR_01, "HTTP-RDR-01") \
	X(HTTP_RNG_01, "HTTP-RNG-01") \
	X(HTTP_RNG_02, "HTTP-RNG-02") \
	X(HTTP_RNG_03, "HTTP-RNG-03") \
	X(HTTP_RNG_04, "HTTP-RNG-04") \
	X(HTTP_RNG_05, "HTTP-RNG-05") \
	X(HTTP_RNG_06, "HTTP-RNG-06") \
	X(HTTP_RNG_07, "HTTP-RNG-07") \
	X(HTTP_RNG_08, "HTTP-RNG-08") \
	X(HTTP_RNG_09, "HTTP-RNG-09") \
	X(HTTP_SMG_01, "HTTP-SMG-01") \
	X(HTTP_SMG_02, "HTTP-SMG-02") \
	X(HTTP_SMG_03, "HTTP-SMG-03") \
	X(HTTP_SMG_04, "HTTP-SMG-04") \
	X(HTTP_SMG_05, "HTTP-SMG-05") \
	X(HTTP_SMG_06, "HTTP-SMG-06") \
	X(HTTP_SMG_07, "HTTP-SMG-07") \
	X(HTTP_SMG_08, "HTTP-SMG-08") \
	X(HTTP_SMG_09, "HTTP-SMG-09") \
	X(HTTP_TYP_01, "HTTP-TYP-01") \
	X(HTTP_TYP_02, "HTTP-TYP-02") \
	X(NET_ARP_01, "NET-ARP-01") \
	X(NET_ARP_02, "NET-ARP-02") \
	X(NET_ARP_04, "NET-ARP-04") \
	X(NET_FRG_01, "NET-FRG-01") \
	X(NET_FRG_02, "NET-FRG-02") \
	X(NET_ICM_02, "NET-ICM-02") \
	X(NET_ICM_03, "NET-ICM-03") \
	X(NET_ND_01, "NET-ND-01") \
	X(NET_ND_02, "NET-ND-02") \
	X(NET_ND_03, "NET-ND-03") \
	X(NET_ND_04, "NET-ND-04") \
	X(NET_SRC_01, "NET-SRC-01") \
	X(NET_SRC_02, "NET-SRC-02") \
	X(NET_UDP_01, "NET-UDP-01") \
	X(NET_UDP_02, "NET-UDP-02") \
	X(NET_UDP_03, "NET-UDP-03") \
	X(NET_UDP_04, "NET-UDP-04") \
	X(NET_VL_01, "NET-VL-01") \
	X(PXE_ARCH_01, "PXE-ARCH-01") \
	X(PXE_ARCH_03, "PXE-ARCH-03") \
	X(PXE_ARCH_04, "PXE-ARCH-04") \
	X(PXE_ARCH_05, "PXE-ARCH-05") \
	X(PXE_ARCH_06, "PXE-ARCH-06") \
	X(PXE_BS_02, "PXE-BS-02") \
	X(PXE_BS_03, "PXE-BS-03") \
	X(PXE_BS_04, "PXE-BS-04") \
	X(PXE_BS_05, "PXE-BS-05") \
	X(PXE_BS_06, "PXE-BS-06") \
	X(PXE_BS_10, "PXE-BS-10") \
	X(PXE_BS_11, "PXE-BS-11") \
	X(PXE_BS_12, "PXE-BS-12") \
	X(PXE_BS_13, "PXE-BS-13") \
	X(PXE_BS_14, "PXE-BS-14") \
	X(PXE_BS_15, "PXE-BS-15") \
	X(PXE_BS_16, "PXE-BS-16") \
	X(PXE_BS_17, "PXE-BS-17") \
	X(PXE_BS_18, "PXE-BS-18") \
	X(PXE_BS_20, "PXE-BS-20") \
	X(PXE_BS_21, "PXE-BS-21") \
	X(PXE_BS_22, "PXE-BS-22") \
	X(PXE_BS_23, "PXE-BS-23") \
	X(PXE_CLI_01, "PXE-CLI-01") \
	X(PXE_CLI_02, "PXE-CLI-02") \
	X(PXE_CLI_03, "PXE-CLI-03") \
	X(PXE_CLI_04, "PXE-CLI-04") \
	X(PXE_CLI_05, "PXE-CLI-05") \
	X(PXE_CLI_06, "PXE-CLI-06") \
	X(PXE_CLI_07, "PXE-CLI-07") \
	X(PXE_CLI_09, "PXE-CLI-09") \
	X(PXE_CLI_11, "PXE-CLI-11") \
	X(PXE_MT_01, "PXE-MT-01") \
	X(PXE_PRX_01, "PXE-PRX-01") \
	X(PXE_PRX_02, "PXE-PRX-02") \
	X(PXE_PRX_03, "PXE-PRX-03") \
	X(PXE_PRX_04, "PXE-PRX-04") \
	X(PXE_PRX_05, "PXE-PRX-05") \
	X(PXE_PRX_06, "PXE-PRX-06") \
	X(PXE_PRX_07, "PXE-PRX-07") \
	X(PXE_PRX_08, "PXE-PRX-08") \
	X(PXE_PRX_10, "PXE-PRX-10") \
	X(PXE_PRX_11, "PXE-PRX-11") \
	X(PXE_PRX_12, "PXE-PRX-12") \
	X(PXE_PRX_13, "PXE-PRX-13") \
	X(PXE_PRX_14, "PXE-PRX-14") \
	X(PXE_PRX_15, "PXE-PRX-15") \
	X(PXE_V43_01, "PXE-V43-01") \
	X(PXE_V43_02, "PXE-V43-02") \
	X(PXE_V43_03, "PXE-V43-03") \
	X(PXE_V43_04, "PXE-V43-04") \
	X(PXE_V43_05, "PXE-V43-05") \
	X(PXE_V43_06, "PXE-V43-06") \
	X(PXE_V43_07, "PXE-V43-07") \
	X(PXE_V43_08, "PXE-V43-08") \
	X(PXE_V43_09, "PXE-V43-09") \
	X(PXE_V43_10, "PXE-V43-10") \
	X(PXE_V43_11, "PXE-V43-11") \
	X(PXE_V43_12, "PXE-V43-12") \
	X(PXE_V43_14, "PXE-V43-14") \
	X(PXE_V43_15, "PXE-V43-15") \
	X(PXE_V43_16, "PXE-V43-16") \
	X(R6_RLY_01, "R6-RLY-01") \
	X(R6_RLY_02, "R6-RLY-02") \
	X(R6_RLY_03, "R6-RLY-03") \
	X(R6_RLY_05, "R6-RLY-05") \
	X(R6_RLY_06, "R6-RLY-06") \
	X(R6_SRV_01, "R6-SRV-01") \
	X(R6_SRV_02, "R6-SRV-02") \
	X(R6_SRV_03, "R6-SRV-03") \
	X(R6_SRV_04, "R6-SRV-04") \
	X(R6_SRV_05, "R6-SRV-05") \
	X(R6_SRV_06, "R6-SRV-06") \
	X(RLS_01, "RLS-01") \
	X(RLS_02, "RLS-02") \
	X(RLS_03, "RLS-03") \
	X(RLS_04, "RLS-04") \
	X(RLS_05, "RLS-05") \
	X(RLS_06, "RLS-06") \
	X(RLS_07, "RLS-07") \
	X(RLS_08, "RLS-08") \
	X(RLS_09, "RLS-09") \
	X(RLS_10, "RLS-10") \
	X(RLS_12, "RLS-12") \
	X(RLS_14, "RLS-14") \
	X(RLS_15, "RLS-15") \
	X(RLY_02, "RLY-02") \
	X(RLY_04, "RLY-04") \
	X(RLY_05, "RLY-05") \
	X(RLY_06, "RLY-06") \
	X(RLY_07, "RLY-07") \
	X(RLY_08, "RLY-08") \
	X(RLY_09, "RLY-09") \
	X(RLY_10, "RLY-10") \
	X(RLY_11, "RLY-11") \
	X(RLY_12, "RLY-12") \
	X(RLY_13, "RLY-13") \
	X(RLY_14, "RLY-14") \
	X(RLY_15, "RLY-15") \
	X(RLY_16, "RLY-16") \
	X(RLY_17, "RLY-17") \
	X(RLY_82_01, "RLY-82-01") \
	X(RLY_82_02, "RLY-82-02") \
	X(RLY_82_04, "RLY-82-04") \
	X(RLY_82_05, "RLY-82-05") \
	X(RLY_82_06, "RLY-82-06") \
	X(RLY_82_08, "RLY-82-08") \
	X(RLY_82_09, "RLY-82-09") \
	X(ROB_D4_01, "ROB-D4-01") \
	X(ROB_D4_03, "ROB-D4-03") \
	X(ROB_D4_04, "ROB-D4-04") \
	X(ROB_D4_05, "ROB-D4-05") \
	X(ROB_D4_06, "ROB-D4-06") \
	X(ROB_D4_10, "ROB-D4-10") \
	X(ROB_D4_11, "ROB-D4-11") \
	X(ROB_D4_12, "ROB-D4-12") \
	X(ROB_D6_01, "ROB-D6-01") \
	X(ROB_D6_03, "ROB-D6-03") \
	X(ROB_HT_01, "ROB-HT-01") \
	X(ROB_TF_01, "ROB-TF-01") \
	X(ROB_TF_02, "ROB-TF-02") \
	X(ROB_TF_03, "ROB-TF-03") \
	X(ROB_TF_04, "ROB-TF-04") \
	X(ROB_TF_06, "ROB-TF-06") \
	X(ROB_TF_07, "ROB-TF-07") \
	X(ROB_X_01, "ROB-X-01") \
	X(TFTP_ACC_01, "TFTP-ACC-01") \
	X(TFTP_ACC_02, "TFTP-ACC-02") \
	X(TFTP_BLK_01, "TFTP-BLK-01") \
	X(TFTP_BLK_02, "TFTP-BLK-02") \
	X(TFTP_BLK_03, "TFTP-BLK-03") \
	X(TFTP_BLK_04, "TFTP-BLK-04") \
	X(TFTP_BLK_05, "TFTP-BLK-05") \
	X(TFTP_CON_01, "TFTP-CON-01") \
	X(TFTP_CON_02, "TFTP-CON-02") \
	X(TFTP_CON_03, "TFTP-CON-03") \
	X(TFTP_ERR_01, "TFTP-ERR-01") \
	X(TFTP_ERR_02, "TFTP-ERR-02") \
	X(TFTP_ERR_03, "TFTP-ERR-03") \
	X(TFTP_ERR_04, "TFTP-ERR-04") \
	X(TFTP_ERR_05, "TFTP-ERR-05") \
	X(TFTP_ERR_06, "TFTP-ERR-06") \
	X(TFTP_ERR_07, "TFTP-ERR-07") \
	X(TFTP_LCK_01, "TFTP-LCK-01") \
	X(TFTP_LCK_02, "TFTP-LCK-02") \
	X(TFTP_LCK_03, "TFTP-LCK-03") \
	X(TFTP_LCK_04, "TFTP-LCK-04") \
	X(TFTP_MC_01, "TFTP-MC-01") \
	X(TFTP_MC_02, "TFTP-MC-02") \
	X(TFTP_MC_03, "TFTP-MC-03") \
	X(TFTP_MC_04, "TFTP-MC-04") \
	X(TFTP_NAM_01, "TFTP-NAM-01") \
	X(TFTP_OACK_01, "TFTP-OACK-01") \
	X(TFTP_OACK_02, "TFTP-OACK-02") \
	X(TFTP_OACK_03, "TFTP-OACK-03") \
	X(TFTP_OACK_04, "TFTP-OACK-04") \
	X(TFTP_OACK_05, "TFTP-OACK-05") \
	X(TFTP_OACK_06, "TFTP-OACK-06") \
	X(TFTP_OACK_07, "TFTP-OACK-07") \
	X(TFTP_OACK_08, "TFTP-OACK-08") \
	X(TFTP_OACK_09, "TFTP-OACK-09") \
	X(TFTP_OPT_01, "TFTP-OPT-01") \
	X(TFTP_OPT_02, "TFTP-OPT-02") \
	X(TFTP_OPT_03, "TFTP-OPT-03") \
	X(TFTP_OPT_04, "TFTP-OPT-04") \
	X(TFTP_OPT_05, "TFTP-OPT-05") \
	X(TFTP_OPT_06, "TFTP-OPT-06") \
	X(TFTP_OPT_07, "TFTP-OPT-07") \
	X(TFTP_OPT_08, "TFTP-OPT-08") \
	X(TFTP_RRQ_01, "TFTP-RRQ-01") \
	X(TFTP_RRQ_02, "TFTP-RRQ-02") \
	X(TFTP_RRQ_03, "TFTP-RRQ-03") \
	X(TFTP_RRQ_04, "TFTP-RRQ-04") \
	X(TFTP_RRQ_05, "TFTP-RRQ-05") \
	X(TFTP_RRQ_06, "TFTP-RRQ-06") \
	X(TFTP_RRQ_07, "TFTP-RRQ-07") \
	X(TFTP_RRQ_08, "TFTP-RRQ-08") \
	X(TFTP_RRQ_09, "TFTP-RRQ-09") \
	X(TFTP_RRQ_10, "TFTP-RRQ-10") \
	X(TFTP_RTX_01, "TFTP-RTX-01") \
	X(TFTP_RTX_02, "TFTP-RTX-02") \
	X(TFTP_RTX_03, "TFTP-RTX-03") \
	X(TFTP_RTX_04, "TFTP-RTX-04") \
	X(TFTP_RTX_05, "TFTP-RTX-05") \
	X(TFTP_TID_01, "TFTP-TID-01") \
	X(TFTP_TID_02, "TFTP-TID-02") \
	X(TFTP_TID_04, "TFTP-TID-04") \
	X(TFTP_TMO_01, "TFTP-TMO-01") \
	X(TFTP_TMO_02, "TFTP-TMO-02") \
	X(TFTP_TMO_03, "TFTP-TMO-03") \
	X(TFTP_TMO_04, "TFTP-TMO-04") \
	X(TFTP_TSZ_01, "TFTP-TSZ-01") \
	X(TFTP_TSZ_02, "TFTP-TSZ-02") \
	X(TFTP_TSZ_03, "TFTP-TSZ-03") \
	X(TFTP_TSZ_05, "TFTP-TSZ-05") \
	X(TFTP_WIN_01, "TFTP-WIN-01") \
	X(TFTP_WIN_02, "TFTP-WIN-02") \
	X(TFTP_WIN_03, "TFTP-WIN-03") \
	X(TFTP_WIN_04, "TFTP-WIN-04") \
	X(TFTP_WIN_05, "TFTP-WIN-05") \
	X(TFTP_WIN_06, "TFTP-WIN-06") \
	X(TFTP_WIN_07, "TFTP-WIN-07") \
	X(TFTP_WIN_08, "TFTP-WIN-08") \
	X(TFTP_WIN_09, "TFTP-WIN-09") \
	X(TFTP_WIN_10, "TFTP-WIN-10") \
	X(TFTP_WIN_11, "TFTP-WIN-11") \
	X(TFTP_WIN_13, "TFTP-WIN-13") \
	X(TFTP_WIN_14, "TFTP-WIN-14") \
	X(TFTP_WRAP_01, "TFTP-WRAP-01")
/* clang-format on */

enum br_rule {
#define X(name, id) BR_RULE_##name,
	BR_RULES(X)
#undef X
	BR_RULE_COUNT,
	BR_RULE_NONE = BR_RULE_COUNT,
};

struct br_http_watch;
struct br_tftp_watch;
struct br_dhcp_watch;
struct br_net_watch;
struct br_dhcp6_watch;
struct br_nd_watch;

/**
 * struct br_rules - The engine
 * @complete:	As in the options
 * @packet, @frame, @link, @at: The packet at hand
 * @judged:	How often each rule was judged
 * @broken:	How often it did not hold
 */
struct br_rules {
	bool complete;
	bool sums_virtual; /* of the packet at hand */
	const struct br_packet *packet;
	uint64_t frame;
	uint32_t link;
	br_time at;
	uint32_t judged[BR_RULE_COUNT], broken[BR_RULE_COUNT];
	struct br_breach breach[BR_BREACHES_MAX];
	size_t breaches;
	uint64_t left_out;
	struct br_dhcp_watch *dhcp;
	struct br_tftp_watch *tftp;
	struct br_http_watch *http;
	struct br_net_watch *net;
	struct br_dhcp6_watch *dhcp6;
	struct br_nd_watch *nd;
};

/* The party at hand, the sender of the packet, kept @rule, or did not: the text says what
 * was seen. Return: @holds
 */
bool br_judge(struct br_rules *r, enum br_rule rule, bool holds, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* An IPv4 address as text. */
const char *br_rules_ip(char text[static 16], uint32_t address);
#define BR_IP(address) br_rules_ip((char[16]){0}, address)

static inline uint32_t br_rules_be32(const uint8_t octets[static 4])
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
	       octets[3];
}

/* The octets of a number that tell values apart. */
uint32_t br_rules_hash(uint32_t seed, const void *data, size_t size);
#define BR_RULES_HASH_SEED UINT32_C(0x811c9dc5)

uint32_t br_rules_ipv4(const struct br_endpoint *endpoint); /* 0: not IPv4 */

/* An address of either kind, as in struct br_endpoint. */
const char *br_rules_host(char text[static 40], const uint8_t ip[static 16]);
#define BR_HOST(ip) br_rules_host((char[40]){0}, ip)
uint32_t br_rules_host_hash(const uint8_t ip[static 16]);
bool br_rules_same_host(const uint8_t a[static 16], const uint8_t b[static 16]);
bool br_rules_same_end(const struct br_endpoint *a, const struct br_endpoint *b);
static inline bool br_rules_is_group(uint32_t address)
{
	return address == UINT32_MAX || address >> 28 == 14;
}
static inline bool br_rules_mac_known(const uint8_t mac[6])
{
	return (mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]) != 0;
}
/* Does @path leave the root it is below? Both slashes part it. */
bool br_rules_climbs(struct br_octets path);

/* The checksum of a UDP datagram whose octets are all there. */
enum br_sum {
	BR_SUM_UNKNOWN, /* octets are missing, or a fragment */
	BR_SUM_NONE,    /* 0, over IPv6 too */
	BR_SUM_GOOD,    /* or left to the NIC: the pseudo-header alone */
	BR_SUM_BAD,
};
enum br_sum br_rules_udp_sum(const struct br_rules *r);

/* One for each family of protocols; @sum: of the datagram. */
void br_rules_dhcp(struct br_rules *r, enum br_sum sum);
void br_rules_boot_read(struct br_rules *r); /* UDP over IPv4, for what it shows of DHCP */
void br_rules_pinged(struct br_rules *r);    /* ICMP over IPv4, for D4S-DISC-12 */
void br_rules_tftp(struct br_rules *r);
void br_rules_tftp_fragment(struct br_rules *r);
void br_rules_http(struct br_rules *r);
void br_rules_net(struct br_rules *r, enum br_sum sum);
void br_rules_dhcp6(struct br_rules *r, enum br_sum sum);
void br_rules_nd(struct br_rules *r); /* every packet over IPv6 */

/* What each family remembers, in one piece for free(); NULL when out of memory. */
struct br_dhcp_watch *br_dhcp_watch_new(void);
struct br_tftp_watch *br_tftp_watch_new(void);
struct br_http_watch *br_http_watch_new(void);
struct br_net_watch *br_net_watch_new(void);
struct br_dhcp6_watch *br_dhcp6_watch_new(void);
struct br_nd_watch *br_nd_watch_new(void);

/* For others: a client's 4011 port is closed (PXE-V43-10); a boot URI's path was handed out
 * (HTTP-RDR-01); the client's UDP port is closed (TFTP-RTX-05).
 */
void br_rules_dhcp_closed(struct br_rules *r, const struct br_packet *quoted);
bool br_rules_tftp_serves(const struct br_rules *r); /* the packet at hand is of a transfer */
void br_rules_tftp_closed(struct br_rules *r, const struct br_packet *quoted);
void br_rules_uri(struct br_rules *r, struct br_octets uri);

#endif /* BR_CONFORMANCE_RULES_BASE_JUDGE_H */
