import random, math
def sig(x): return 1/(1+math.exp(-x))
w1=[[random.uniform(-1,1) for _ in range(2)] for _ in range(3)]
b1=[random.uniform(-1,1) for _ in range(3)]
w2=[[random.uniform(-1,1) for _ in range(3)] for _ in range(1)]
b2=[random.uniform(-1,1)]
data=[([0,0],[0]),([0,1],[1]),([1,0],[1]),([1,1],[0])]
lr=0.5
for epoch in range(5000):
    for x,t in data:
        h=[]
        for i in range(3):
            s=b1[i]
            for j in range(2): s+=w1[i][j]*x[j]
            h.append(sig(s))
        o=[]
        for i in range(1):
            s=b2[i]
            for j in range(3): s+=w2[i][j]*h[j]
            o.append(sig(s))
        do=[(o[i]-t[i])*o[i]*(1-o[i]) for i in range(1)]
        dh=[]
        for j in range(3):
            e=0
            for i in range(1): e+=w2[i][j]*do[i]
            dh.append(e*h[j]*(1-h[j]))
        for i in range(1):
            for j in range(3): w2[i][j]-=lr*do[i]*h[j]
            b2[i]-=lr*do[i]
        for i in range(3):
            for j in range(2): w1[i][j]-=lr*dh[i]*x[j]
            b1[i]-=lr*dh[i]
print(o)
