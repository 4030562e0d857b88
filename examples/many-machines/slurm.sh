#!/bin/bash
#SBATCH --job-name=glassnet
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=8
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@120
#SBATCH --requeue
#SBATCH --open-mode=append
#
#   sbatch slurm.sh TABLE TARGET
#
# Two minutes before the time is over every rank gets a SIGTERM: the training ends with a
# checkpoint, and the job that is put into the queue again goes on from there. TABLE lies in a
# folder that all nodes see. Where srun knows no pmi2, take pmix: `srun --mpi=list` tells.
set -u
table=$1 target=$2
srun --mpi=pmi2 --cpu-bind=cores \
    glassnet train "$table" --target "$target" --memory 8GB --epochs 20 \
    --checkpoint "$table.training" --resume --out "$table.gn"
status=$?
# 143: ended by the SIGTERM, so there is more to do
if [ "$status" -eq 143 ]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
